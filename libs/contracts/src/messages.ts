/**
 * Pattern of the message (Nest's `@MessagePattern()`, over TCP or Redis) that asks user-management for a user's context.
 * Its answer is the body of `GET /users/:id/context`, its refusal a `Problem`.
 */
export const USER_CONTEXT_PATTERN = 'user-management.users.context';

/**
 * What the message says, beside its sender's access token: `withToken(message, token)` of auth-client puts it in, or
 * `authorization` (`Bearer …`) or `token` (the token alone).
 */
export interface UserContextMessage {
  /** Whose context; of a user who asks for their own it may be left out. */
  user_id?: string;
}
