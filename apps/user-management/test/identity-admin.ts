import { uuidv7 } from 'uuidv7';
import type { Connection } from '../src/platform/database/engines/connection.js';
import { ADMIN_SUBJECT } from './identity-tenants.js';

const EMAIL = 'the.admin@example.com';

/** A platform admin who has an account already, past every rule: providers other than the mock have no demo people. */
export async function addAdmin({ prisma }: Pick<Connection, 'prisma'>): Promise<string> {
  const id = uuidv7();
  await prisma.user.create({
    data: {
      id,
      externalId: ADMIN_SUBJECT,
      email: EMAIL,
      emailCanonical: EMAIL,
      displayName: 'The Admin',
      searchText: EMAIL,
      userType: 'admin',
      status: 'active',
    },
  });
  return id;
}
