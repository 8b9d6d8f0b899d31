/** All routes but health, metrics, the API page and the mock issuer stand below it. */
export const BASE_PATH = 'v1/user-management';
