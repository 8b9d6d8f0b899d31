import type { Texts } from '../texts.js';

export const dashboard: Texts['dashboard'] = {
  title: 'Panel',
  users: 'Usuarios',
  pending: 'A la espera de aprobación',
  growth: 'Usuarios de los últimos doce meses, según lo que son hoy',
  month: 'Mes',
  recent: 'Últimos cambios',
  allEntries: 'Todos',
  by: 'por',
  byStatus: 'Por estado',
  byType: 'Por tipo',
  identity: 'Proveedor de identidad',
  identityStates: { synced: 'Al día', pending: 'En camino', failed: 'Necesitan ayuda' },
};
