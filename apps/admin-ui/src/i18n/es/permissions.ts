import type { Texts } from '../texts.js';

export const permissions: Texts['permissions'] = {
  permission: 'Permiso',
  description: 'Permite',
  service: 'Servicio',
  count_one: '{{count}} permiso',
  count_many: '{{count}} permisos',
  count_other: '{{count}} permisos',
  empty: 'Ningún permiso encaja. Pruebe otra búsqueda.',
  holder: 'Quién puede',
  where: 'Dónde',
  why: 'Por qué',
  whoCanIn: 'Quién puede, en la organización',
  holders_one: 'Se tiene de {{count}} manera',
  holders_many: 'Se tiene de {{count}} maneras',
  holders_other: 'Se tiene de {{count}} maneras',
  nobody: 'Nadie puede.',
  everywhere: 'En todas partes',
  platformAdmin: 'Administrador de la plataforma',
  byType: 'Por tipo: {{type}}',
  until: 'hasta',
};
