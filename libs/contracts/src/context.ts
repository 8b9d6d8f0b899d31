import type { UserStatus, UserType } from './users.js';

/** One role of the user in one organisation; its permissions hold in that organisation only. */
export interface ContextMembership {
  membership_id: string;
  organisation_id: string;
  organisation_name: string;
  role: { id: string; key: string; name: string };
  permissions: string[];
  products: { product_id: string; key: string }[];
  expires_at: string | null;
}

/**
 * The resolved answer to "who is this and what may they do" (DESIGN 3.3). Arrays are sorted, so equal contexts are equal
 * bytes. `permissions` at the top hold platform-wide. A user who isn't `active` has no permission and no product.
 */
export interface UserContext {
  user_id: string;
  external_id: string | null;
  email: string;
  display_name: string;
  user_type: UserType;
  status: UserStatus;
  is_platform_admin: boolean;
  permissions: string[];
  memberships: ContextMembership[];
  version: number;
}

/** One answer of `POST /users/contexts`; `error` is an error code when there is no context. */
export type ContextAnswer =
  | { user_id: string; context: UserContext }
  | { user_id: string; error: string };
