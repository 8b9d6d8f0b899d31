import type { CreateIdentityInput } from '@sa-platform/identity-provider';

/** Somebody whom the service gives an account. */
export const ADA: CreateIdentityInput = {
  userId: 'user-ada',
  email: 'ada@example.com',
  displayName: 'Ada',
  phone: null,
  emailVerified: true,
  delivery: 'invite',
  claims: { user_type: 'user', status: 'active', roles: [], organisations: [] },
};

export const OWN_PASSWORD = 'correct horse battery';
