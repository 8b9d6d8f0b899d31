export const users = {
  title: 'Users',
  name: 'Name',
  email: 'E-mail',
  type: 'Type',
  status: 'Status',
  created: 'Added',
  count_one: '{{count}} user',
  count_many: '{{count}} users',
  count_other: '{{count}} users',
  empty: 'No user fits. Try other filters.',
};
