import type { Texts } from '../texts.js';

export const users: Texts['users'] = {
  title: 'Usuarios',
  name: 'Nombre',
  email: 'Correo',
  type: 'Tipo',
  status: 'Estado',
  created: 'Alta',
  count_one: '{{count}} usuario',
  count_many: '{{count}} usuarios',
  count_other: '{{count}} usuarios',
  empty: 'Ningún usuario encaja. Pruebe otros filtros.',
};
