import type { IncomingRequest } from '../access/authorizer.js';
import { ORGANISATION_HEADER } from '../access/resolve-organisation.js';
import { TOKEN_NAME } from './token-metadata.js';

/** Names with their values; several values of one name stand in a list, or one after the other. */
type Entries = Iterable<readonly [name: string, value: unknown]>;

/**
 * The contexts that Nest hands to message handlers. They are told apart by a method that only one of them has: their
 * classes are in `@nestjs/microservices`, which a service without messages doesn't install.
 */
interface RpcContext {
  getHeaders?: () => Entries | undefined;
  getPacket?: () => { properties?: { userProperties?: object } };
  getMessage?: () => { properties?: { headers?: object }; headers?: object };
  getChannelRef?: () => unknown;
  getHeartbeat?: () => unknown;
  getMap?: () => object;
  get?: (name: string) => unknown[];
  getSocketRef?: () => unknown;
  getChannel?: () => string;
  getMetadata?: () => object | undefined;
}

type ReadEntries = (context: RpcContext, payload: unknown) => Entries;

const readRabbit: ReadEntries = (rabbit) => entriesOf(rabbit.getMessage?.().properties?.headers);
const readKafka: ReadEntries = (kafka) => entriesOf(kafka.getMessage?.().headers);
const readMqtt: ReadEntries = (mqtt) => entriesOf(mqtt.getPacket?.().properties?.userProperties);
const readNats: ReadEntries = (nats) => nats.getHeaders?.() ?? [];
/** The context of a gRPC call is its `Metadata`. */
const readGrpc: ReadEntries = (grpc) => [TOKEN_NAME, ORGANISATION_HEADER].map((name) => [name, grpc.get?.(name)]);
/** One of the two as a whole: who forwards a payload and names itself must not take the payload's organisation along. */
const readPacket: ReadEntries = (packet, payload) => {
  const ofPacket = entriesOf(packet.getMetadata?.());
  return ofPacket.some(([name]) => name.toLowerCase() === TOKEN_NAME) ? ofPacket : readPayload(payload);
};

const READERS: readonly (readonly [method: keyof RpcContext, read: ReadEntries])[] = [
  ['getChannelRef', readRabbit],
  ['getHeartbeat', readKafka],
  ['getPacket', readMqtt],
  ['getHeaders', readNats],
  ['getMap', readGrpc],
  ['getSocketRef', readPacket],
  ['getChannel', readPacket],
];

/**
 * The token and the organisation that a message names, in its metadata alone:
 *
 * | transport | metadata |
 * | --- | --- |
 * | RabbitMQ, Kafka, NATS | headers of the message |
 * | MQTT 5 | user properties |
 * | gRPC | `Metadata` of the call |
 * | TCP, Redis | metadata of the packet (Nest 12) if it names a token, else the member `metadata` of the payload |
 *
 * Names count in any case. Of a value given twice none is taken: it is no token, and no organisation.
 *
 * @param payload what the handler gets
 * @param context what Nest knows of the message; nothing is read from another transport
 */
export function readIncomingMessage(payload: unknown, context: unknown): IncomingRequest {
  const read = READERS.find(([method]) => hasMethod(context, method))?.[1];
  const tokens: string[] = [];
  const organisations: string[] = [];
  const wanted = new Map([[TOKEN_NAME, tokens], [ORGANISATION_HEADER, organisations]]);
  for (const [name, value] of read?.(context as RpcContext, payload) ?? []) {
    wanted.get(name.toLowerCase())?.push(...(Array.isArray(value) ? value : [value]).map(toText));
  }
  return {
    authorization: tokens.join(', '),
    organisationHeader: organisations.length > 1 ? organisations : organisations[0],
  };
}

/** True for a gRPC call, which is refused with numbers of its own. */
export function isGrpcCall(context: unknown): boolean {
  return hasMethod(context, 'getMap');
}

/** True for a message of Kafka, which comes again when its handler fails. */
export function isKafkaMessage(context: unknown): boolean {
  return hasMethod(context, 'getHeartbeat');
}

function readPayload(payload: unknown): Entries {
  if (!isObject(payload) || !Object.hasOwn(payload, 'metadata')) return [];
  const { metadata } = payload as { metadata?: unknown };
  return entriesOf(metadata).map(([name, value]) => [name, typeof value === 'string' ? value : '']);
}

function entriesOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

/** What isn't text names nobody, and isn't passed over either. */
function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
}

function hasMethod(value: unknown, method: keyof RpcContext): boolean {
  return isObject(value) && typeof (value as RpcContext)[method] === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
