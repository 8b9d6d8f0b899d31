import { invalid } from './cognito-error.js';

/** The body of a call as it arrived. */
export type CallInput = Record<string, unknown>;

const NAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;

/** A member that has to be there. */
export function textOf(input: CallInput, member: string): string {
  const value = input[member];
  if (typeof value !== 'string' || value === '') throw invalid(`Value at '${member}' failed to satisfy constraint`);
  return value;
}

/** A user name or group name by Cognito's pattern. */
export function nameOf(input: CallInput, member: string): string {
  const value = textOf(input, member);
  if (!NAME.test(value)) throw invalid(`Value at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern`);
  return value;
}

export function optionalTextOf(input: CallInput, member: string): string | null {
  return input[member] === undefined ? null : textOf(input, member);
}

/** A page size from 0 to 60; absent, and for `ListUsers` 0 too, means the most. */
export function limitOf(input: CallInput): number {
  const limit = input.Limit ?? 60;
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 0 || limit > 60) {
    throw invalid("Value at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60");
  }
  return limit === 0 ? 60 : limit;
}

/** The attributes of a create or an update by name. */
export function attributesOf(input: CallInput): Map<string, string> {
  const list = input.UserAttributes ?? [];
  if (!Array.isArray(list)) throw invalid('UserAttributes is not a list');
  return new Map(list.map(toEntry));
}

function toEntry(attribute: unknown): [string, string] {
  const { Name, Value } = attribute as CallInput;
  if (typeof Name !== 'string' || (Value !== undefined && typeof Value !== 'string')) throw invalid('An attribute is not text');
  return [Name, Value ?? ''];
}
