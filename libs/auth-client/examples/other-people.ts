import { hasPermission, type AuthClient } from '@sa-platform/auth-client';

/** Of these people, those who may read claims in the organisation. */
export async function findClaimReaders(client: AuthClient, userIds: string[], organisationId: string): Promise<string[]> {
  // #region many
  const contexts = await client.contexts.getContexts(userIds);
  const readers = [...contexts.values()].filter((context) => hasPermission(context, 'claims:read', organisationId));
  // #endregion
  return readers.map((reader) => reader.display_name);
}

/** What one person is called. */
export async function findName(client: AuthClient, userId: string): Promise<string> {
  // #region one
  const context = await client.contexts.getContext(userId);
  // #endregion
  return context.display_name;
}
