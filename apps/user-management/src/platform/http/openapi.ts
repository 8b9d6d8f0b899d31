import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { ProblemView } from './answers.js';
import { completeOpenApi } from './complete-openapi.js';

/** Serves the OpenAPI 3.1 document below the base path and a page that shows it at `/docs`. */
export function mountOpenApi(app: NestFastifyApplication, basePath: string): void {
  SwaggerModule.setup('docs', app, () => createOpenApi(app), {
    jsonDocumentUrl: `${basePath}/openapi.json`,
    raw: ['json'],
    customSiteTitle: 'user-management',
  });
}

/** Made from the schemas that validate requests, so it can't say anything else than what happens. */
export function createOpenApi(app: NestFastifyApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('user-management')
    .setDescription('Users, organisation memberships, roles, product access and permissions')
    .setVersion('1')
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, settings, {
    standardSchemaConverter: (schema, { schemaType }) =>
      schema instanceof z.ZodType ? { schema: toJsonSchema(schema, schemaType) } : undefined,
  });
  return completeOpenApi(document, toJsonSchema(ProblemView, 'output'));
}

/** OpenAPI 3.1 schemas are JSON Schema 2020-12; what a transformation makes of a value has no schema. */
function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  return json;
}
