// Users to measure with, written straight into the database by its own arithmetic: a thousand of them over the API would take a
// minute, a million through an object each an hour.
import { connect, migrate } from '../apps/user-management/dist/platform/database/open-database.js';

const ROWS_AT_ONCE = 100_000;
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
      for (const statement of statementsOf(from, Math.min(from + ROWS_AT_ONCE, count))) await prisma.$executeRawUnsafe(statement);
    }
    // As it would by itself a moment later.
    await prisma.$executeRawUnsafe(connection.engine === 'mysql' ? 'ANALYZE TABLE users, org_memberships' : 'ANALYZE');
  } finally {
    await connection.close();
  }
}

const DIGITS = '(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';
const NUMBERS = `(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n FROM ${DIGITS} a CROSS JOIN ${DIGITS} b CROSS JOIN ${DIGITS} c CROSS JOIN ${DIGITS} e CROSS JOIN ${DIGITS} f) numbers`;

/** In words that every engine understands. @param {number} from @param {number} to @returns {string[]} */
function statementsOf(from, to) {
  const id = `CONCAT('${OURS}-', n + ${from})`;
  const added = (/** @type {string} */ table, /** @type {string} */ key) => `FROM ${NUMBERS} WHERE n < ${to - from} AND NOT EXISTS (SELECT 1 FROM ${table} t WHERE t.${key} = ${id})`;
  const name = `CONCAT('Bench User ', ${id})`;
  const email = `CONCAT(${id}, '@example.com')`;
  return [
    `INSERT INTO users (id, external_id, email, email_canonical, display_name, search_text, user_type, status, updated_at)
     SELECT ${id}, ${id}, ${email}, ${email}, ${name}, CONCAT(${email}, ' bench user ', ${id}), 'user', 'active', CURRENT_TIMESTAMP(3) ${added('users', 'id')}`,
    `INSERT INTO org_memberships (id, user_id, organisation_id, role_id, updated_at)
     SELECT ${id}, ${id}, '${OURS}', '${OURS}', CURRENT_TIMESTAMP(3) ${added('org_memberships', 'id')}`,
    `INSERT INTO product_access (membership_id, product_id) SELECT ${id}, '${OURS}' ${added('product_access', 'membership_id')}`,
  ];
}
