/** Jest's globalTeardown, in the process of its globalSetup. */
export default async function removeTemplate() {
  for (const remove of globalThis.removeTemplates ?? []) await remove();
  globalThis.removeTemplates = [];
}
