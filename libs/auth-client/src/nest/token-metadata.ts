import { ORGANISATION_HEADER } from '../access/resolve-organisation.js';

/** Under this name a message carries `Bearer …`, in any case. */
export const TOKEN_NAME = 'authorization';

/** What a message carries to say who sends it. */
export type TokenMetadata = Record<string, string>;

/**
 * The metadata that names the sender, for transports whose messages have headers.
 *
 * @param token an access token, for example `await tokens.getToken()` of a `ServiceTokenSource`
 * @param organisationId the organisation the message is about
 *
 * @example
 * kafka.emit('claims.paid', { value: claim, headers: tokenMetadata(token) });
 * rabbit.send('claims.find', new RmqRecordBuilder(query).setOptions({ headers: tokenMetadata(token, 'texas') }).build());
 * mqtt.emit('claims.paid', new MqttRecordBuilder(claim).setProperties({ userProperties: tokenMetadata(token) }).build());
 */
export function tokenMetadata(token: string, organisationId?: string): TokenMetadata {
  const metadata = { [TOKEN_NAME]: `Bearer ${token}` };
  return organisationId === undefined ? metadata : { ...metadata, [ORGANISATION_HEADER]: organisationId };
}

/**
 * The payload with the metadata that names the sender, for TCP and Redis.
 *
 * @example
 * tcp.send('claims.find', withToken({ claimId }, token, 'texas'));
 */
export function withToken<Payload extends object>(
  payload: Payload,
  token: string,
  organisationId?: string,
): Payload & { metadata: TokenMetadata } {
  const { metadata } = payload as { metadata?: object };
  return { ...payload, metadata: { ...metadata, ...tokenMetadata(token, organisationId) } };
}
