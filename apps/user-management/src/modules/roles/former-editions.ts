import type { RoleDefinition } from '@sa-platform/contracts';

/** What an edition said of each canonical tenant role, by its key. */
export type Edition = Readonly<Record<string, Pick<RoleDefinition, 'description' | 'permissions'>>>;

/** Oldest first; the one after them is `TENANT_ROLES`. A landed edition is never changed. */
export const FORMER_EDITIONS: readonly Edition[] = [
  {
    TENANT_ADMIN: {
      description: 'Administers one organisation: its users, roles, webhooks and billing',
      permissions: [
        ...['admin:users:read', 'admin:users:write', 'admin:roles:read', 'admin:roles:write'],
        ...['admin:organisations:read', 'admin:products:read', 'admin:permissions:read', 'admin:audit:read'],
        ...['claims:read', 'claims:write', 'webhooks:read', 'webhooks:write'],
      ],
    },
    BILLING_LEAD: {
      description: 'Leads billing: works on claims and sees who else does',
      permissions: ['admin:users:read', 'claims:read', 'claims:write'],
    },
    BILLER: { description: 'Creates and submits claims', permissions: ['claims:read', 'claims:write'] },
    RCM_ANALYST: {
      description: 'Analyses claims and the workflows behind them',
      permissions: ['claims:read', 'orchestrator:read'],
    },
    MEMBER_SERVICES: {
      description: 'Answers members: sees claims and question sets',
      permissions: ['claims:read', 'question_sets:read'],
    },
    READONLY: { description: 'Sees claims and changes nothing', permissions: ['claims:read'] },
  },
];
