import type { SchemaAttributeType, UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import { IdentityProviderError } from '@sa-platform/identity-provider';
import { CUSTOM_ATTRIBUTES, LONGEST_VALUE } from './user-attributes.js';
import type { Operation } from './operation.js';

/** What of the pool's set-up decides how it is talked to; none of it can change while the pool lives. */
export interface PoolSettings {
  /**
   * `email`: the pool makes Usernames up, and they equal the `sub`. `alias`: the Username is ours to choose, and a verified
   * e-mail is another name for it.
   */
  signInMode: 'email' | 'alias';
}

/** Asks for the pool's settings once for all operations, and again after a failure. */
export class PoolSettingsReader {
  #settings: Promise<PoolSettings> | null = null;

  /** Whoever waited for another operation's question asks for themselves when that operation ran out of time. */
  async get(operation: Operation): Promise<PoolSettings> {
    const settings = await this.#settings?.catch(() => null);
    return settings ?? this.#share(operation);
  }

  #share(operation: Operation): Promise<PoolSettings> {
    this.#settings ??= this.read(operation).catch((error: unknown) => {
      this.#settings = null;
      throw error;
    });
    return this.#settings;
  }

  /** @throws IdentityProviderError `misconfigured` when the pool lacks what the runbook sets up */
  async read(operation: Operation): Promise<PoolSettings> {
    const { userPoolId: UserPoolId } = operation;
    const { UserPool } = await operation.call('DescribeUserPool', (client, options) => client.describeUserPool({ UserPoolId }, options));
    return toPoolSettings(UserPool ?? {});
  }
}

/** The names of our own attributes are no secret: they are told, so that somebody can mend the pool. */
function toPoolSettings(pool: UserPoolType): PoolSettings {
  const unfit = CUSTOM_ATTRIBUTES.filter((name) => !isFit(pool.SchemaAttributes?.find(({ Name }) => Name === name)));
  if (unfit.length > 0) throw misconfigured(`the user pool lacks mutable text attributes of ${LONGEST_VALUE} characters: ${unfit.join(', ')}`);
  if (pool.UsernameAttributes?.includes('email')) return { signInMode: 'email' };
  if (pool.AliasAttributes?.includes('email')) return { signInMode: 'alias' };
  throw misconfigured('the user pool does not let people sign in by e-mail');
}

function isFit(attribute: SchemaAttributeType | undefined): boolean {
  const isText = attribute?.AttributeDataType === 'String' && attribute.Mutable !== false;
  return isText && Number(attribute.StringAttributeConstraints?.MaxLength ?? LONGEST_VALUE) >= LONGEST_VALUE;
}

function misconfigured(message: string): IdentityProviderError {
  return new IdentityProviderError('misconfigured', 'not_done', message);
}
