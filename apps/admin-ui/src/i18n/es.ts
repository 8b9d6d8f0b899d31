import { approvals } from './es/approvals.js';
import { audit } from './es/audit.js';
import { dashboard } from './es/dashboard.js';
import { errors } from './es/errors.js';
import { identity } from './es/identity.js';
import { organisations } from './es/organisations.js';
import { permissions } from './es/permissions.js';
import { products } from './es/products.js';
import { roles } from './es/roles.js';
import { settings } from './es/settings.js';
import { shell } from './es/shell.js';
import { user } from './es/user.js';
import { users } from './es/users.js';
import type { Texts } from './texts.js';

export { fieldMessages } from './es/field-messages.js';

export const es: Omit<Texts, 'shell'> = { ...shell, errors, dashboard, users, user, approvals, roles, organisations, products, permissions, identity, audit, settings };
