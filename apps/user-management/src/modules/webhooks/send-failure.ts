/** The address behind a name is none that events may be sent to. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
  readonly code = 'PRIVATE_ADDRESS';
}

const CODES: Readonly<Record<string, string>> = {
  PRIVATE_ADDRESS: 'private_address',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ENODATA: 'dns',
};

const FAMILIES: readonly [RegExp, string][] = [
  [/^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO)/, 'tls'],
  [/^HPE_/, 'protocol'],
  [/^EAI_/, 'dns'],
];

/** @returns the kind of failure, never its words, which repeat addresses */
export function readSendFailure(error: unknown): string {
  const code = String((error as { code?: unknown } | null)?.code);
  return CODES[code] ?? FAMILIES.find(([pattern]) => pattern.test(code))?.[1] ?? 'unknown';
}
