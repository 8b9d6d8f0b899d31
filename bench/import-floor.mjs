// What the import is measured beside: the rows that it wrote, inserted again with nothing but multi-row INSERTs.
const TABLES = ['users', 'org_memberships', 'product_access', 'outbox_events', 'import_rows'];
const ROWS_AT_ONCE = 500;

/** Empty copies with the same columns and indexes. @param {import('pg').Client} client */
export async function copyTables(client) {
  for (const table of TABLES) await client.query(`CREATE TABLE plain_${table} (LIKE ${table} INCLUDING ALL)`);
}

/**
 * @param {import('pg').Client} client
 * @param {string} mark what the addresses of the rows start with
 * @returns {Promise<number>} milliseconds that the INSERTs took
 */
export async function insertPlainly(client, mark) {
  const own = `SELECT id FROM users WHERE email_canonical LIKE '${mark}-%'`;
  const members = `SELECT id FROM org_memberships WHERE user_id IN (${own})`;
  const wheres = {
    users: `id IN (${own})`,
    org_memberships: `user_id IN (${own})`,
    product_access: `membership_id IN (${members})`,
    outbox_events: `user_id IN (${own}) AND type <> 'users.updated'`,
    import_rows: `import_id = (SELECT id FROM imports ORDER BY created_at DESC LIMIT 1)`,
  };
  const statements = [];
  for (const [table, where] of Object.entries(wheres)) {
    const { rows, fields } = await client.query(`SELECT * FROM ${table} WHERE ${where}`);
    const names = fields.map(({ name }) => name);
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      statements.push(insertOf(`plain_${table}`, names, rows.slice(from, from + ROWS_AT_ONCE)));
    }
  }
  const started = performance.now();
  for (const { text, values } of statements) await client.query(text, values);
  return performance.now() - started;
}

/** @param {string} table @param {string[]} names @param {Record<string, unknown>[]} rows */
function insertOf(table, names, rows) {
  const values = rows.flatMap((row) => names.map((name) => row[name]));
  const tuple = (/** @type {number} */ row) => `(${names.map((_, column) => `$${row * names.length + column + 1}`).join(', ')})`;
  return { text: `INSERT INTO ${table} (${names.join(', ')}) VALUES ${rows.map((_, row) => tuple(row)).join(', ')}`, values };
}
