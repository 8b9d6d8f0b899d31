import type { ExecutionContext, Type } from '@nestjs/common';
import type { Authorization } from '../access/authorizer.js';
import { requestOf } from './authenticated-request.js';

/** What was decided about a message for one of its handlers. */
interface Decision {
  controller: Type;
  handler: ReturnType<ExecutionContext['getHandler']>;
  authorization: Authorization;
}

/** By the context of the message, which all handlers of one event share: each has rules of its own. */
const decisions = new WeakMap<object, Decision[]>();

/** Keeps the guard's answer for the decorators of parameters. */
export function keepAuthorization(context: ExecutionContext, authorization: Authorization): void {
  if (context.getType() === 'http') Object.assign(requestOf(context), authorization);
  else keepDecision(context.switchToRpc().getContext<object>(), {
    controller: context.getClass(),
    handler: context.getHandler(),
    authorization,
  });
}

/** The guard's answer to a request or message; nothing on public handlers. */
export function findAuthorization(context: ExecutionContext): Partial<Authorization> {
  if (context.getType() === 'http') return requestOf(context);
  const message = context.switchToRpc().getContext<object | undefined>();
  const decision = message && decisions.get(message)?.findLast((candidate) => isOf(candidate, context));
  return decision ? decision.authorization : {};
}

function keepDecision(message: object, decision: Decision): void {
  decisions.set(message, [...(decisions.get(message) ?? []), decision]);
}

function isOf({ controller, handler }: Decision, context: ExecutionContext): boolean {
  return controller === context.getClass() && handler === context.getHandler();
}
