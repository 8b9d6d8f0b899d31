import { constants, Script } from 'node:vm';

/**
 * What Jest takes for `jwks-rsa` (jest.config.js). jwks-rsa is CommonJS and requires `jose`, an ES module: every
 * supported Node can do that, Jest's module loader can't before Node 24.9. So this asks Node's own loader.
 */
const loading = new Script("import('jwks-rsa')", {
  filename: import.meta.url,
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});

export const { JwksClient } = await loading.runInThisContext();
