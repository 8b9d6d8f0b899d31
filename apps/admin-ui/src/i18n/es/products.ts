import type { Texts } from '../texts.js';

export const products: Texts['products'] = {
  product: 'Producto',
  name: 'Nombre',
  key: 'Clave',
  id: 'Id',
  description: 'Descripción',
  grants: 'Concedido',
  grantees_one: 'Concedido a {{count}} membresía: ver de quién',
  grantees_many: 'Concedido a {{count}} membresías: ver de quién',
  grantees_other: 'Concedido a {{count}} membresías: ver de quién',
  count_one: '{{count}} producto',
  count_many: '{{count}} productos',
  count_other: '{{count}} productos',
  searchHint: 'Por nombre o clave',
  empty: 'Ningún producto encaja. Pruebe otra búsqueda.',
  change: 'Cambiar el producto',
  edit: 'Cambiar {{name}}',
  new: {
    title: 'Nuevo producto',
    action: 'Crear el producto',
    done: 'Se ha creado {{name}}',
    key: 'Así lo llaman otros sistemas; si la deja vacía, el id. No cambia nunca.',
    id: 'El suyo, si lo lleva en otro sistema; si no, se crea uno. No cambia nunca.',
  },
};
