/** Jest's globalTeardown, in the process of its globalSetup. */
export default function removeTemplate() {
  globalThis.removePgliteTemplate?.();
}
