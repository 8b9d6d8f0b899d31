import { inspect } from 'node:util';
import { UseGuards, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import { MetadataScanner, Reflector, type ModulesContainer } from '@nestjs/core';
import { AuthError } from '../auth-error.js';

// What `@MessagePattern()`, `@EventPattern()` and `@GrpcMethod()` leave on a handler. The names are in
// `@nestjs/microservices`, which a service without messages doesn't install.
const PATTERN = 'microservices:pattern';
const HANDLER_TYPE = 'microservices:handler_type';
const EVENT = 2;
const GUARDS = '__guards__';

type Handler = ReturnType<ExecutionContext['getHandler']>;

const reflector = new Reflector();
const guarded = new WeakSet<ExecutionContext>();
/** By the context of the message. */
const events = new WeakMap<object, string>();

/** Says that the guard has looked at this request or message, whatever it decides. */
export function markGuarded(context: ExecutionContext): void {
  guarded.add(context);
  if (reflector.get<unknown>(HANDLER_TYPE, context.getHandler()) !== EVENT) return;
  const message = context.switchToRpc().getContext<object | undefined>();
  if (message) events.set(message, inspect(reflector.get<unknown>(PATTERN, context.getHandler())));
}

/** The patterns of the `@EventPattern()` that hears this message, null when somebody waits for an answer to it. */
export function findEventPatterns(message: object): string | null {
  return events.get(message) ?? null;
}

/**
 * Refuses a message that `AuthGuard` has not seen. `connectMicroservice` without `inheritAppConfig: true` gives handlers
 * none of the application's guards, and so would open them all.
 */
const seenByAuthGuard: CanActivate = {
  canActivate(context) {
    if (guarded.has(context)) return true;
    throw new AuthError('access.undeclared', 'connectMicroservice needs { inheritAppConfig: true }: the guard was left out');
  },
};

/**
 * Closes the message handlers of an application to messages that reach them past its guard.
 *
 * @param modules those of the application, before it connects a microservice
 */
export function closeMessageHandlers(modules: ModulesContainer): void {
  const controllers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
  for (const { metatype } of controllers) closeHandlersOf((metatype as Type).prototype as Record<string, Handler>);
}

function closeHandlersOf(prototype: Record<string, Handler>): void {
  for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
    const handler = prototype[name] as Handler;
    if (reflector.get<unknown>(PATTERN, handler) === undefined) continue;
    // The class stays after its application, in tests for instance: once is enough.
    const guards = reflector.get<unknown[] | undefined>(GUARDS, handler) ?? [];
    if (!guards.includes(seenByAuthGuard)) UseGuards(seenByAuthGuard)(prototype, name, { value: handler });
  }
}
