import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { readDeclaredAccess, type DeclaredAccess } from '@sa-platform/auth-client/nest';
import type { FastifyInstance } from 'fastify';
import { BASE_PATH } from '../src/app.setup.js';
import type { TestApp } from './test-app.js';

/**
 * Served without a guard on purpose: the API description and its page, the mock issuer with its own checks, and the pages for
 * administrators, which hold nothing until somebody has signed in.
 */
export const OUTSIDE_GUARDS = new RegExp(
  [
    /^\/(docs|mock-idp|assets)?(\/|\*|$)/,
    /^\/(approvals|audit|identity|organisations|permissions|products|roles|settings|users)(\/|\*|$)/,
    /^\/(callback|admin-ui\.json|v1\/user-management\/openapi\.json)$/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

export interface Handler {
  /** `METHOD /path/:param` with the parameters' own names. */
  route: string;
  name: string;
  access: DeclaredAccess;
}

/** `METHOD /path` of everything Fastify serves, parameters as `:_`; HEAD goes with its GET. */
export function listFastifyRoutes(app: TestApp): string[] {
  const fastify: FastifyInstance = app.nest.getHttpAdapter().getInstance();
  const above: string[] = [];
  const routes: string[] = [];
  for (const line of fastify.printRoutes({ commonPrefix: false }).split('\n')) {
    const node = /^(?<indent>[│ ]*)(?:├──|└──) (?<part>\S+)(?: \((?<methods>[^)]*)\))?$/.exec(line)?.groups;
    if (!node) continue;
    const depth = (node['indent'] ?? '').length / 4;
    above.splice(depth, above.length, node['part'] ?? '');
    for (const method of node['methods']?.split(', ') ?? []) {
      if (method !== 'HEAD') routes.push(`${method} ${anonymous(above.join(''))}`);
    }
  }
  return routes.sort();
}

/** Every handler of every controller, with what it declares. */
export function listHandlers(app: TestApp): Handler[] {
  const controllers = [...app.nest.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => (typeof metatype === 'function' ? handlersOf(metatype) : []));
}

function handlersOf(controller: { name: string; prototype: object }): Handler[] {
  const prototype = controller.prototype as Record<string, object>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    const method = handler && (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined);
    if (handler === undefined || method === undefined) return [];
    const path = [Reflect.getMetadata(PATH_METADATA, controller), Reflect.getMetadata(PATH_METADATA, handler)]
      .map((part) => String(part).replace(/^\/|\/$/g, ''))
      .filter((part) => part !== '')
      .join('/');
    const prefix = /^(health\/|metrics$)/.test(path) ? '' : `/${BASE_PATH}`;
    const route = `${RequestMethod[method]} ${prefix}/${path}`;
    return [{ route, name: `${controller.name}.${name}`, access: readDeclaredAccess(handler, controller) }];
  });
}

/** The same route whatever its parameters are called. */
export function anonymous(route: string): string {
  return route.replace(/:[A-Za-z|:]+|\{\w+\}/g, ':_');
}
