import type { AdminCreateUserCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import {
  generateTemporaryPassword,
  IdentityProviderError,
  type CreatedIdentity,
  type CreateIdentityInput,
  type IdentityClaims,
  type IdentityProfile,
} from '@sa-platform/identity-provider';
import { canonicalEmail, isIdentifier, parseClaims, parseEmail, parseText, rejected, toPhoneNumber } from './account-input.js';
import { fromList, type AccountLookup } from './account-lookup.js';
import type { Operation } from './operation.js';
import type { PoolSettingsReader } from './pool-settings.js';
import type { RoleGroups } from './role-groups.js';
import { fromClaims, fromRoles, MARK, toList, toNewList } from './user-attributes.js';

/** Creates accounts and changes what they say. */
export class AccountWriting {
  constructor(
    private readonly lookup: AccountLookup,
    private readonly settings: PoolSettingsReader,
    private readonly groups: RoleGroups,
  ) {}

  /**
   * Groups are made first: what can fail without an account fails before there is one. The roles are written last, as in
   * `setClaims`: an account whose creation stopped half-way shows it, and is repaired like any other difference.
   */
  async create(operation: Operation, input: CreateIdentityInput): Promise<CreatedIdentity> {
    const request = toRequest(input);
    const { roles } = parseClaims(input.claims);
    const { signInMode } = await this.settings.get(operation);
    const username = signInMode === 'email' ? request.email : input.userId;
    // An alias is taken only once it is verified; without a look two accounts would wait for the same proof.
    if (signInMode === 'alias' && !input.emailVerified) await this.#refuseTaken(operation, request.email, null);
    await this.groups.ensure(operation, roles);
    const { User } = await operation.call('AdminCreateUser', (client, options) =>
      client.adminCreateUser({ UserPoolId: operation.userPoolId, Username: username, ...request.parameters }, options));
    const { externalId, username: name } = fromList(User ?? {});
    this.lookup.usernames.note({ externalId, username: name });
    if (roles.length > 0) {
      await this.groups.join(operation, name ?? externalId, roles);
      await this.#setAttributes(operation, name ?? externalId, fromRoles(roles));
    }
    return { externalId, username: name, temporaryPassword: request.parameters.TemporaryPassword ?? null };
  }

  /** An e-mail and its proof go together: alone, a new e-mail would be unproved. */
  async updateProfile(operation: Operation, name: string, profile: IdentityProfile): Promise<void> {
    await this.#setAttributes(operation, name, {
      ...(profile.displayName === undefined ? {} : { name: parseText(profile.displayName, 'the display name') }),
      ...(profile.phone === undefined ? {} : { phone_number: toPhoneNumber(profile.phone) }),
      ...(profile.emailVerified === undefined ? {} : { email_verified: String(profile.emailVerified) }),
      ...(profile.email === undefined ? {} : await this.#emailChange(operation, name, profile)),
    });
  }

  /** Attributes come last: lists show them and not the groups, so what they say has to be true of the groups as well. */
  async setClaims(operation: Operation, name: string, input: IdentityClaims): Promise<void> {
    const claims = parseClaims(input);
    const attributes = fromClaims(claims);
    await this.groups.replace(operation, name, claims.roles);
    await this.#setAttributes(operation, name, attributes);
  }

  async mark(operation: Operation, name: string, userId: string): Promise<void> {
    if (!isIdentifier(userId)) throw rejected('the user id is not valid');
    await this.#setAttributes(operation, name, { [MARK]: userId });
  }

  /** The same address in other letters stays as proved as it was. */
  async #emailChange(operation: Operation, name: string, profile: IdentityProfile): Promise<Record<string, string>> {
    const email = parseEmail(profile.email);
    const account = await this.lookup.get(operation, name);
    if (canonicalEmail(account.email) === email) return {};
    await this.#refuseTaken(operation, email, account.externalId);
    return { email, email_verified: String(profile.emailVerified ?? false) };
  }

  async #refuseTaken(operation: Operation, email: string, self: string | null): Promise<void> {
    const owners = await this.lookup.byEmail(operation, email);
    if (owners.every(({ externalId }) => externalId === self)) return;
    throw new IdentityProviderError('conflict', 'not_done', 'an account with this e-mail exists already');
  }

  async #setAttributes(operation: Operation, name: string, attributes: Record<string, string>): Promise<void> {
    if (Object.keys(attributes).length === 0) {
      await this.lookup.get(operation, name);
      return;
    }
    const input = { UserPoolId: operation.userPoolId, Username: name, UserAttributes: toList(attributes) };
    await operation.call('AdminUpdateUserAttributes', (client, options) => client.adminUpdateUserAttributes(input, options));
  }
}

type CreateParameters = Omit<AdminCreateUserCommandInput, 'UserPoolId' | 'Username'>;

/** `DesiredDeliveryMediums` is SMS unless it is said; `ForceAliasCreation` would take the e-mail from whoever has it. */
function toRequest(input: CreateIdentityInput): { email: string; parameters: CreateParameters } {
  if (!isIdentifier(input.userId)) throw rejected('the user id is not valid');
  const email = parseEmail(input.email);
  const attributes = {
    email,
    email_verified: String(input.emailVerified),
    name: parseText(input.displayName, 'the display name'),
    phone_number: toPhoneNumber(input.phone),
    [MARK]: input.userId,
    ...fromClaims(parseClaims(input.claims)),
    ...fromRoles([]),
  };
  const parameters: CreateParameters = {
    UserAttributes: toNewList(attributes),
    DesiredDeliveryMediums: ['EMAIL'],
    ...(input.delivery === 'invite' ? {} : { MessageAction: 'SUPPRESS' }),
    ...(input.delivery === 'temporary_password' ? { TemporaryPassword: generateTemporaryPassword() } : {}),
  };
  return { email, parameters };
}
