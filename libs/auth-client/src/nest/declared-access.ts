import { SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { AccessRule } from '../access/access.js';
import { ConfigurationError } from '../auth-error.js';

/** Metadata key of the `AccessRule[]` on a handler or a controller. */
export const ACCESS_RULES = 'sa-platform:access-rules';
/** Metadata key that is `true` on a public handler or controller. */
export const IS_PUBLIC = 'sa-platform:is-public';

/** A handler or a controller class. */
type Declarer = object;

/** What a route declares about who may call it. */
export interface DeclaredAccess {
  isPublic: boolean;
  /** Those of the controller, then those of the handler; all must let the caller pass. Empty: the route is closed. */
  rules: readonly AccessRule[];
}

/**
 * Reads what a route declares; the guard decides by it, and a test can walk all routes with it. A handler's own rules
 * close it again in a public controller; a public handler is open whatever its controller demands.
 *
 * @param handler the method of the controller
 * @param controller its class
 */
export function readDeclaredAccess(handler: Declarer, controller: Declarer): DeclaredAccess {
  const handlerRules = readRules(handler);
  const isPublic = isDeclaredPublic(handler) || (isDeclaredPublic(controller) && handlerRules.length === 0);
  return { isPublic, rules: isPublic ? [] : [...readRules(controller), ...handlerRules] };
}

/** Adds rules to those that other decorators on the same handler or controller declared: none replaces another. */
export function addRules(...rules: readonly AccessRule[]): MethodDecorator & ClassDecorator {
  return declare((declarer) => {
    refuseContradiction(isDeclaredPublic(declarer));
    return SetMetadata(ACCESS_RULES, [...readRules(declarer), ...rules]);
  });
}

/** Marks a handler or controller as open. */
export function markPublic(): MethodDecorator & ClassDecorator {
  return declare((declarer) => {
    refuseContradiction(readRules(declarer).length > 0);
    return SetMetadata(IS_PUBLIC, true);
  });
}

/** A decorator that looks at what the handler or controller declares already. */
function declare(choose: (declarer: Declarer) => ClassDecorator): MethodDecorator & ClassDecorator {
  const decorate = (target: Declarer, _key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    // Nest keeps a handler's metadata on its function, so setting it there is setting it "on a class".
    const declarer = (descriptor?.value ?? target) as () => void;
    choose(declarer)(declarer);
  };
  return decorate;
}

const reflector = new Reflector();

function readRules(declarer: Declarer): readonly AccessRule[] {
  return reflector.get<AccessRule[] | undefined>(ACCESS_RULES, declarer as () => void) ?? [];
}

function isDeclaredPublic(declarer: Declarer): boolean {
  return reflector.get<boolean | undefined>(IS_PUBLIC, declarer as () => void) === true;
}

function refuseContradiction(isContradiction: boolean): void {
  if (isContradiction) throw new ConfigurationError('@Public()', 'and access rules exclude each other');
}
