export const dashboard = {
  title: 'Dashboard',
  users: 'Users',
  pending: 'Waiting for approval',
  byStatus: 'By status',
  byType: 'By type',
  identity: 'Identity provider',
  identityStates: { synced: 'In step', pending: 'On their way', failed: 'Need help' },
};
