import { USER_TYPES } from '@sa-platform/contracts';
import { z } from 'zod';
import { AddMembershipDto } from '../memberships/memberships.dto.js';
import { CreateUserDto } from '../users/users.dto.js';
import { unguardFormula } from '../../platform/csv/formula-guard.js';
import { COLUMNS } from './import-columns.js';
import { RowFault } from './row-fault.js';

const PRODUCT_SEPARATOR = ';';

const { email, display_name: displayName, phone } = CreateUserDto.shape;
const { organisation_id: organisationId, role_key: roleKey, product_ids: productIds } = AddMembershipDto.shape;

const present = (value: unknown) => value !== undefined;

/** What a row may say: each value as strict as where one user is created. An empty cell says nothing. */
const importRecord = z
  .object({
    email,
    display_name: displayName.optional(),
    user_type: z.enum(USER_TYPES, `must be one of ${USER_TYPES.join(', ')}`),
    organisation_id: organisationId.optional(),
    role_key: roleKey,
    product_ids: productIds,
    phone,
  })
  .refine((row) => present(row.organisation_id) || !present(row.role_key), {
    message: 'is required with role_key',
    path: ['organisation_id'],
  })
  .refine((row) => !present(row.organisation_id) || present(row.role_key), {
    message: 'is required with organisation_id',
    path: ['role_key'],
  })
  .refine((row) => row.product_ids.length === 0 || present(row.organisation_id), {
    message: 'need organisation_id and role_key',
    path: ['product_ids'],
  });

export type ImportRecord = z.output<typeof importRecord>;

/**
 * @param cells in the order of `COLUMNS`
 * @throws RowFault with the first field that is wrong
 */
export function parseRecord(cells: readonly string[]): ImportRecord {
  const values = Object.fromEntries(COLUMNS.map((column, index) => [column, valueOf(cells[index] ?? '')]));
  const ids = (values['product_ids'] ?? '').split(PRODUCT_SEPARATOR).map((id) => id.trim());
  const parsed = importRecord.safeParse({ ...values, product_ids: ids.filter((id) => id !== '') });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RowFault(String(issue?.path[0] ?? 'row'), 'request.invalid', issue?.message ?? 'is not valid');
}

function valueOf(cell: string): string | undefined {
  const value = unguardFormula(cell);
  return value.trim() === '' ? undefined : value;
}
