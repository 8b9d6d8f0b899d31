import { BODY_LIMIT_BYTES } from '../http/body-limit.js';

/** The longest message in characters: as much as a request may bring. */
export const LONGEST_MESSAGE = BODY_LIMIT_BYTES;
const LONGEST_ID = 128;
const AUTHORIZATION = 'authorization';

/** A packet of a Nest client (`ClientProxy.send`) that waits for an answer. */
export interface IncomingMessage {
  id: string;
  /** Null when it is no text: patterns here are. */
  pattern: string | null;
  payload: unknown;
  metadata: SenderMetadata;
}

/** As it came: nothing but the names is sure, whatever the type says. The guard takes text alone. */
export type SenderMetadata = Record<string, string> | undefined;

/** @returns null for what nobody waits for an answer to: events, and what is no packet */
export function readMessage(packet: unknown): IncomingMessage | null {
  if (!isObject(packet)) return null;
  const { id, pattern, data, metadata } = packet as Record<string, unknown>;
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID) return null;
  return { id, pattern: typeof pattern === 'string' ? pattern : null, payload: data, metadata: isObject(metadata) ? (metadata as SenderMetadata) : undefined };
}

/**
 * The metadata by which the guard knows the sender. Nest's clients can't send headers over TCP and Redis, so beside the
 * metadata of the packet and the payload's member `metadata` (`withToken` of auth-client), which the guard reads itself, a
 * payload may name its sender as `authorization` or `token`. Who names two names nobody: the guard refuses what it gets.
 */
export function senderOf({ metadata, payload }: IncomingMessage): SenderMetadata {
  if (!isObject(payload) || namesOf(metadata).length > 0) return metadata;
  const { authorization, token } = ownMembers(payload);
  const direct = [
    ...(authorization === undefined ? [] : [textOf(authorization)]),
    ...(token === undefined ? [] : [`Bearer ${textOf(token)}`]),
  ];
  if (direct.length === 0) return metadata;
  return { [AUTHORIZATION]: [...direct, ...namesOf(ownMembers(payload).metadata)].join(', ') };
}

function namesOf(metadata: unknown): string[] {
  if (!isObject(metadata)) return [];
  return Object.entries(metadata).flatMap(([name, value]) => (name.toLowerCase() === AUTHORIZATION ? [textOf(value)] : []));
}

function ownMembers(payload: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(payload));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
