/** Where user-management publishes the keys of the tokens that it signs itself, below its issuer. */
export const JWKS_PATH = '/.well-known/jwks.json';

/** How long a platform admin may act as somebody else with one token, in seconds (DESIGN section 4). */
export const LONGEST_IMPERSONATION_SECONDS = 15 * 60;

/** The answer of `POST /admin/users/:id/impersonation`. */
export interface ImpersonationView {
  impersonation_id: string;
  user_id: string;
  /** In the first answer and nowhere else: a repeated one (`Idempotency-Key`) does without. */
  access_token?: string;
  token_type: 'Bearer';
  /** In seconds. */
  expires_in: number;
  expires_at: string;
}
