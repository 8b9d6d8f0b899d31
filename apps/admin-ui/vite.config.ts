import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const SERVICE = 'http://127.0.0.1:3000';

/** `npm run dev` passes everything that isn't a page on to a service that runs. */
export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['@sa-platform/source', 'module', 'browser', 'development|production'] },
  build: { target: 'es2022', sourcemap: true, assetsInlineLimit: 0 },
  server: {
    host: '127.0.0.1',
    port: 4200,
    strictPort: true,
    proxy: Object.fromEntries(['/v1', '/mock-idp', '/health', '/admin-ui.json'].map((path) => [path, SERVICE])),
  },
});
