import {
  EVENT_TYPES,
  EVENTS_CHANNEL,
  EVENTS_STREAM,
  eventSchema,
  HEARTBEAT_CHANNEL,
  HEARTBEAT_SCHEMA,
  LONGEST_FEED_WAIT_SECONDS,
  MOST_FEED_EVENTS,
  type JsonSchema,
} from '@sa-platform/contracts';
import { BASE_PATH } from '../../platform/http/base-path.js';

type Reference = { $ref: string };

const to = (...path: string[]): Reference => ({ $ref: `#/${path.join('/')}` });
const REDIS = to('servers', 'redis');
const MESSAGES = EVENT_TYPES.map((type) => [type, to('components', 'messages', type)] as const);

const QUERY = {
  type: 'object',
  properties: {
    after: { type: 'integer', minimum: 0, default: 0 },
    limit: { type: 'integer', minimum: 1, maximum: MOST_FEED_EVENTS, default: 100 },
    types: { type: 'array', items: { enum: EVENT_TYPES }, description: 'Also separated by commas' },
    wait: { type: 'integer', minimum: 0, maximum: LONGEST_FEED_WAIT_SECONDS, default: 0, description: 'In seconds' },
  },
} as const;

/**
 * The AsyncAPI 3.0 document of what this service publishes, made from the event catalogue of `libs/contracts`: it can't say
 * anything else than the types do, and a test reads what is really published against it. Nobody's addresses stand in it.
 */
export function createAsyncApi() {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'user-management events',
      version: '1',
      description: [
        'Every change of users, memberships, product access, roles and permissions, at least once and in order for each user.',
        'Payloads carry ids and keys, never personal data. Ignore types and keys that you don’t know: more may come.',
        'The schemas are JSON Schema 2020-12 of a form that means the same in draft 07.',
      ].join(' '),
    },
    defaultContentType: 'application/json',
    servers: SERVERS,
    channels: createChannels(),
    operations: OPERATIONS,
    components: {
      schemas: createSchemas(),
      messages: createMessages(),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'A service token with the scope `events:read`' } },
    },
  };
}

const SERVERS = {
  redis: {
    host: '{address}',
    protocol: 'redis',
    description: 'The Redis that `REDIS_URL` names; without one events are read over HTTP',
    variables: { address: { description: 'Host and port' } },
  },
  http: {
    host: '{address}',
    pathname: `/${BASE_PATH}`,
    protocol: 'http',
    variables: { address: { description: 'Host and port of this service' } },
    security: [to('components', 'securitySchemes', 'bearer')],
  },
};

function createChannels() {
  return {
    events: {
      address: EVENTS_CHANNEL,
      title: 'Events',
      description:
        'Redis pub/sub: one event is one message, a JSON object. Pub/sub loses messages without a word when a connection breaks: compare sequences, and the heartbeat. A later sequence may overtake an earlier one of another user, never of the same.',
      servers: [REDIS],
      messages: Object.fromEntries(MESSAGES),
      bindings: { redis: {} },
    },
    log: {
      address: EVENTS_STREAM,
      title: 'Log',
      description:
        'Redis stream (XREAD, XRANGE, consumer groups): each entry has one field, `event`, that holds the same JSON text as the message on the channel. Capped: the newest 100,000 or somewhat more are kept, the feed has the others.',
      servers: [REDIS],
      messages: Object.fromEntries(MESSAGES),
      bindings: { redis: {} },
    },
    heartbeat: {
      address: HEARTBEAT_CHANNEL,
      title: 'Heartbeat',
      description: 'Redis pub/sub, every 500 ms: what the newest sequence is. Without one for 2 s, events may be getting lost.',
      servers: [REDIS],
      messages: { heartbeat: to('components', 'messages', 'heartbeat') },
      bindings: { redis: {} },
    },
    feed: {
      address: '/events',
      title: 'Feed',
      description: 'Over HTTP: everything that is kept, from any sequence on, in order. Needs no Redis.',
      servers: [to('servers', 'http')],
      messages: { question: to('components', 'messages', 'feedQuestion'), page: to('components', 'messages', 'feedPage') },
    },
  };
}

/** As AsyncAPI has it, from this service's side: it sends events, and receives questions. */
const OPERATIONS = {
  publishEvents: { action: 'send', channel: to('channels', 'events'), summary: 'Publishes every event' },
  logEvents: { action: 'send', channel: to('channels', 'log'), summary: 'Appends every event' },
  beat: { action: 'send', channel: to('channels', 'heartbeat'), summary: 'Shows that events arrive' },
  answerFeed: {
    action: 'receive',
    channel: to('channels', 'feed'),
    summary: 'Answers events after a sequence',
    messages: [to('channels', 'feed', 'messages', 'question')],
    reply: { channel: to('channels', 'feed'), messages: [to('channels', 'feed', 'messages', 'page')] },
    bindings: { http: { method: 'GET', query: QUERY, bindingVersion: '0.3.0' } },
  },
};

function createSchemas(): Record<string, JsonSchema | object> {
  const page = {
    type: 'object',
    required: ['items', 'next_after', 'latest_sequence'],
    properties: {
      items: { type: 'array', items: { oneOf: EVENT_TYPES.map((type) => to('components', 'schemas', type)) } },
      next_after: { type: 'integer', minimum: 0, description: '`after` of the next question' },
      latest_sequence: { type: 'integer', minimum: 0, description: 'The newest there is; 0: none' },
    },
  };
  return { ...Object.fromEntries(EVENT_TYPES.map((type) => [type, eventSchema(type)])), Heartbeat: HEARTBEAT_SCHEMA, FeedPage: page };
}

function createMessages() {
  const ofEvents = EVENT_TYPES.map((type) => {
    const { description: summary } = eventSchema(type);
    return [type, { name: type, title: type, summary, payload: to('components', 'schemas', type) }] as const;
  });
  return {
    ...Object.fromEntries(ofEvents),
    heartbeat: { name: 'heartbeat', title: 'Heartbeat', payload: to('components', 'schemas', 'Heartbeat') },
    feedQuestion: { name: 'feedQuestion', title: 'Question', summary: 'A GET without a body; see the binding for its parameters' },
    feedPage: { name: 'feedPage', title: 'Page', payload: to('components', 'schemas', 'FeedPage') },
  };
}
