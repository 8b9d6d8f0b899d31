export { startFakeAuth0, type FakeAuth0, type FakeAuth0Options } from './fake-auth0.js';
export { Auth0Users, type Auth0Account, type SeedAuth0Account } from './auth0-users.js';
export { FAKE_CLIENT_ID, FAKE_CLIENT_SECRET, FAKE_CONNECTION, FAKE_DOMAIN } from './auth0-settings.js';
export type { SentMail } from './auth0-settings.js';
