export const dashboard = {
  title: 'Dashboard',
  users: 'Users',
  pending: 'Waiting for approval',
  growth: 'Users over the last twelve months, by what they are today',
  month: 'Month',
  recent: 'Last changes',
  allEntries: 'All of them',
  by: 'by',
  byStatus: 'By status',
  byType: 'By type',
  identity: 'Identity provider',
  identityStates: { synced: 'In step', pending: 'On their way', failed: 'Need help' },
};
