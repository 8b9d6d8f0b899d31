import { AuthError, TokenVerifier, type VerifierOptions } from '@sa-platform/auth-client';

/** Whom a token speaks for, as a sentence. */
export async function describeToken(options: VerifierOptions, token: string): Promise<string> {
  // #region verify
  const verifier = new TokenVerifier(options);

  try {
    const principal = await verifier.verify(token);
    return `${principal.type} ${principal.subject} until ${new Date(principal.expiresAtMs).toISOString()}`;
  } catch (error) {
    if (error instanceof AuthError && error.code === 'token.expired') return 'a token that has expired';
    throw error;
  }
  // #endregion
}
