import { approvals } from './en/approvals.js';
import { audit } from './en/audit.js';
import { dashboard } from './en/dashboard.js';
import { errors } from './en/errors.js';
import { identity } from './en/identity.js';
import { organisations } from './en/organisations.js';
import { permissions } from './en/permissions.js';
import { products } from './en/products.js';
import { roles } from './en/roles.js';
import { settings } from './en/settings.js';
import { shell } from './en/shell.js';
import { user } from './en/user.js';
import { users } from './en/users.js';

/** Every text of the pages, a file for each folder of theirs. Other languages have the same keys: the type says so. */
export const en = { ...shell, errors, dashboard, users, user, approvals, roles, organisations, products, permissions, identity, audit, settings };
