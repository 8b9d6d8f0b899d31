import type { Type } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { ErrorCode } from '@sa-platform/contracts';
import { userOf } from '../../src/modules/access/caller.js';
import { ApprovalsController } from '../../src/modules/approvals/approvals.controller.js';
import { ApproveDto, BulkApproveDto, ChangeTypeDto } from '../../src/modules/approvals/approvals.dto.js';
import { ImportsController } from '../../src/modules/import/imports.controller.js';
import type { Mandate } from '../../src/modules/import/row-applier.js';
import type { RowOutcome, WaitingRow } from '../../src/modules/import/import-state.js';
import { MembershipsController } from '../../src/modules/memberships/memberships.controller.js';
import { AddMembershipDto, GrantProductDto, UpdateMembershipDto } from '../../src/modules/memberships/memberships.dto.js';
import { OrganisationsController } from '../../src/modules/organisations/organisations.controller.js';
import { CreateOrganisationDto } from '../../src/modules/organisations/organisations.dto.js';
import { ProductsController } from '../../src/modules/products/products.controller.js';
import { CreateProductDto } from '../../src/modules/products/products.dto.js';
import { RolesController } from '../../src/modules/roles/roles.controller.js';
import { CreateRoleDto, UpdateRoleDto } from '../../src/modules/roles/roles.dto.js';
import { AdminUsersController } from '../../src/modules/users/admin-users.controller.js';
import { CreateUserDto, UpdateUserDto } from '../../src/modules/users/users.dto.js';
import { AppError } from '../../src/platform/errors/app-error.js';
import type { ForEachKind, GivenByKey } from './commands.js';
import { membershipKey, type MembershipRef } from './state.js';
import type { Reading } from './read-state.js';
import { emailOf, IN_A_DAY } from './world.js';

type Method<C> = { [K in keyof C]: C[K] extends (...args: never[]) => unknown ? K : never }[keyof C] & string;

/** Where commands become calls of the service. */
export interface Desk {
  readonly ids: Omit<Reading, 'state'>;
  /** Calls the handler as the guard lets the caller, whom each handler takes last. */
  call<C>(by: string, controller: Type<C>, handler: Method<C>, ...args: unknown[]): Promise<unknown>;
  /** The caller, if the handler's rules let them pass. */
  admit<C>(by: string, controller: Type<C>, handler: Method<C>): Promise<Caller>;
  applyRows(rows: WaitingRow[], mandate: Mandate): Promise<RowOutcome[]>;
  letEnd(membershipId: string): Promise<void>;
}

const NOBODY = 'nobody';
const NO_TAG = null;
const idOf = ({ ids }: Desk, user: string): string => ids.users.get(user) ?? NOBODY;
const roleId = ({ ids }: Desk, role: string): string => ids.roles.get(role) ?? NOBODY;
const pathOf = (desk: Desk, ref: MembershipRef) => ({
  userId: idOf(desk, ref.user),
  membershipId: desk.ids.memberships.get(membershipKey(ref)) ?? NOBODY,
});
const approvalOf = (type: string, member: GivenByKey | null) => ({
  role: type,
  ...(member ? { organisation_id: member.organisation, membership_role_key: member.key } : {}),
});
const endOf = (end: 'never' | 'later') => (end === 'never' ? null : IN_A_DAY().toISOString());

/** Each command as the request that asks for it. */
export const PERFORM: ForEachKind<[Desk], Promise<unknown>> = {
  'create user': (desk, { by, user, type, memberships }) =>
    desk.call(by, AdminUsersController, 'create', CreateUserDto.parse({
      email: emailOf(user),
      display_name: 'Somebody',
      user_type: type,
      memberships: memberships.map(({ organisation, role, products }) => ({
        organisation_id: organisation,
        role_id: roleId(desk, role),
        product_ids: products,
      })),
    })),
  rename: (desk, { by, user }) =>
    desk.call(by, AdminUsersController, 'update', idOf(desk, user), UpdateUserDto.parse({ display_name: 'Renamed' }), NO_TAG),
  'set status': (desk, { by, user, status }) =>
    desk.call(by, AdminUsersController, 'update', idOf(desk, user), UpdateUserDto.parse({ status }), NO_TAG),
  deactivate: (desk, { by, user }) => desk.call(by, AdminUsersController, 'deactivate', idOf(desk, user), NO_TAG),
  approve: (desk, { by, user, type, member }) =>
    desk.call(by, ApprovalsController, 'approve', ApproveDto.parse({ user_id: idOf(desk, user), ...approvalOf(type, member) })),
  'approve many': (desk, { by, users, type, member }) => {
    const whom = users === 'all' ? { all: true } : { user_ids: users.map((user) => idOf(desk, user)) };
    return desk.call(by, ApprovalsController, 'approveMany', BulkApproveDto.parse({ ...whom, ...approvalOf(type, member) }));
  },
  'change type': (desk, { by, user, type }) =>
    desk.call(by, ApprovalsController, 'changeType', idOf(desk, user), ChangeTypeDto.parse({ role: type }), NO_TAG),
  revoke: (desk, { by, user }) => desk.call(by, ApprovalsController, 'revoke', idOf(desk, user), NO_TAG),
  erase: (desk, { by, user }) => desk.call(by, AdminUsersController, 'erase', idOf(desk, user), NO_TAG),
  'reset password': async (desk, { by, user }) => {
    // Nobody here has an account at the provider: who hears so was let through.
    await desk.call(by, AdminUsersController, 'resetPassword', idOf(desk, user), { delivery: 'email' }).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === 'identity.not_provisioned')) throw error;
    });
  },
  'resend invitation': (desk, { by, user }) => desk.call(by, AdminUsersController, 'resendInvitation', idOf(desk, user)),
  'revoke sessions': (desk, { by, user }) => desk.call(by, AdminUsersController, 'revokeSessions', idOf(desk, user)),
  'sync identity': (desk, { by, user }) => desk.call(by, AdminUsersController, 'syncIdentity', idOf(desk, user)),
  'add membership': (desk, { by, user, organisation, role, products, end }) =>
    desk.call(by, MembershipsController, 'add', idOf(desk, user), AddMembershipDto.parse({
      organisation_id: organisation,
      role_id: roleId(desk, role),
      product_ids: products,
      expires_at: endOf(end),
    })),
  'give role': (desk, { by, to, ...ref }) =>
    desk.call(by, MembershipsController, 'update', pathOf(desk, ref), UpdateMembershipDto.parse({ role_id: roleId(desk, to) }), NO_TAG),
  'set end': (desk, { by, end, ...ref }) =>
    desk.call(by, MembershipsController, 'update', pathOf(desk, ref), UpdateMembershipDto.parse({ expires_at: endOf(end) }), NO_TAG),
  'remove membership': (desk, { by, ...ref }) => desk.call(by, MembershipsController, 'remove', pathOf(desk, ref), NO_TAG),
  'grant product': (desk, { by, product, ...ref }) =>
    desk.call(by, MembershipsController, 'grantProduct', pathOf(desk, ref), GrantProductDto.parse({ product_id: product })),
  'take product': (desk, { by, product, ...ref }) =>
    desk.call(by, MembershipsController, 'revokeProduct', pathOf(desk, ref), product),
  'create role': (desk, { by, organisation, key, permissions }) =>
    desk.call(by, RolesController, 'create', CreateRoleDto.parse({ key, name: key, organisation_id: organisation, permissions })),
  'edit role': (desk, { by, role, permissions }) =>
    desk.call(by, RolesController, 'update', roleId(desk, role), UpdateRoleDto.parse({ permissions }), NO_TAG),
  'delete role': (desk, { by, role }) => desk.call(by, RolesController, 'delete', roleId(desk, role), NO_TAG),
  'create organisation': (desk, { by, organisation }) =>
    desk.call(by, OrganisationsController, 'create', CreateOrganisationDto.parse({ id: organisation, name: organisation })),
  'create product': (desk, { by, product }) =>
    desk.call(by, ProductsController, 'create', CreateProductDto.parse({ id: product, name: product })),
  'import row': async (desk, { by, user, type, displayName, member }) => {
    const caller = await desk.admit(by, ImportsController, 'import');
    const place = [member?.organisation ?? '', member?.key ?? '', member?.products.join(';') ?? ''];
    const row = { line: 2, cells: [emailOf(user), displayName ?? '', type, ...place, ''] };
    const [outcome] = await desk.applyRows([row], { actor: userOf(caller), delivery: 'none', importId: 'an-import' });
    if (outcome?.fault) throw new AppError(outcome.fault.reason as ErrorCode);
  },
  'let it end': (desk, ref) => desk.letEnd(desk.ids.memberships.get(membershipKey(ref)) ?? NOBODY),
};
