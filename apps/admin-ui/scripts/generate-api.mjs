// The client's types come from the service's own OpenAPI document, made by the built service; it needs no database for that.
import { mkdirSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';
import { createApp } from '@sa-platform/user-management/dist/app.setup.js';
import { loadConfig } from '@sa-platform/user-management/dist/platform/config/config.js';
import { createOpenApi } from '@sa-platform/user-management/dist/platform/http/openapi.js';

const OUTPUT = new URL('../src/api/generated/', import.meta.url);

const config = loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'fatal', DEMO_DATA: 'false' });
const app = await createApp(config, { engine: 'postgresql', prisma: {} });
mkdirSync(OUTPUT, { recursive: true });
writeFileSync(new URL('service.ts', OUTPUT), astToString(await openapiTS(JSON.stringify(createOpenApi(app)))));
process.exit();
