// Users to measure with, written straight into the database: a thousand of them over the API would take a minute.
import { connect, migrate } from '../apps/user-management/dist/platform/database/open-database.js';

const ROWS_AT_ONCE = 200;
const OURS = 'bench';

/**
 * Migrates the database and fills it with `count` users, members of an organisation `bench` with a role and a product.
 * What an earlier run left stays.
 *
 * @param {{ url: string | null, dataDir: string }} settings
 * @param {number} count
 */
export async function seedUsers({ url, dataDir }, count) {
  const connection = await connect({ url, dataDir, poolSize: 2 });
  try {
    await migrate(connection);
    const { prisma } = connection;
    const once = { skipDuplicates: true };
    const role = { id: OURS, key: 'BENCH', name: 'Bench', organisationId: OURS, scope: OURS };
    await prisma.organisation.createMany({ ...once, data: [{ id: OURS, name: 'Bench' }] });
    await prisma.product.createMany({ ...once, data: [{ id: OURS, key: OURS, name: 'Bench' }] });
    await prisma.role.createMany({ ...once, data: [role] });
    for (let from = 0; from < count; from += ROWS_AT_ONCE) {
      const ids = Array.from({ length: Math.min(ROWS_AT_ONCE, count - from) }, (_, index) => `${OURS}-${from + index}`);
      await prisma.user.createMany({ ...once, data: ids.map(toUser) });
      await prisma.orgMembership.createMany({
        ...once,
        data: ids.map((id) => ({ id, userId: id, organisationId: OURS, roleId: OURS })),
      });
      await prisma.productAccess.createMany({ ...once, data: ids.map((id) => ({ membershipId: id, productId: OURS })) });
    }
  } finally {
    await connection.close();
  }
}

/** @param {string} id */
function toUser(id) {
  const email = `${id}@example.com`;
  const displayName = `Bench User ${id}`;
  return {
    id,
    externalId: id,
    email,
    emailCanonical: email,
    displayName,
    searchText: `${email} ${displayName}`.toLowerCase(),
    userType: 'user',
    status: 'active',
  };
}
