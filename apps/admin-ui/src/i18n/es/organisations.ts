import type { Texts } from '../texts.js';

export const organisations: Texts['organisations'] = {
  name: 'Nombre',
  id: 'Id',
  created: 'Alta',
  changed: 'Último cambio',
  count_one: '{{count}} organización',
  count_many: '{{count}} organizaciones',
  count_other: '{{count}} organizaciones',
  searchHint: 'Por nombre o id',
  empty: 'Ninguna organización encaja. Pruebe otra búsqueda.',
  rename: 'Cambiar el nombre',
  members: 'Miembros',
  allMembers: 'Todos los miembros',
  noMembers: 'Todavía no pertenece nadie.',
  roles: 'Roles',
  new: {
    title: 'Nueva organización',
    action: 'Crear la organización',
    done: 'Se ha creado {{name}}',
    id: 'El suyo, si lo lleva en otro sistema; si no, se crea uno. No cambia nunca.',
  },
};
