import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { AdminUserView } from '@sa-platform/contracts';
import { actorOf, userOf } from '../access/caller.js';
import { reachOf, type Reach } from '../access/reach.js';
import { ContextService } from '../context/context.service.js';
import { UserAudit } from '../users/user-audit.js';
import { requireWhollyWithin } from '../users/user-rules.js';
import { UsersService } from '../users/users.service.js';
import type { PersonalData } from './personal-data.dto.js';
import { PersonalDataRepository } from './personal-data.repository.js';

type Head = Pick<PersonalData, 'exported_at' | 'limited_to' | 'user'>;
type Lists = { [Name in keyof Omit<PersonalData, keyof Head>]: AsyncIterable<NonNullable<PersonalData[Name]>> };

/** What a person, or whoever administers them, may have of all that is kept about them (GDPR articles 15 and 20). */
@Injectable()
export class PersonalDataService {
  constructor(
    private readonly users: UsersService,
    private readonly contexts: ContextService,
    private readonly audit: UserAudit,
    private readonly data: PersonalDataRepository,
  ) {}

  async exportOwn(caller: Caller): Promise<Readable> {
    return this.export(await this.users.describe(userOf(caller).user_id, 'platform'), 'platform');
  }

  /** That it was taken is written down first. @throws AppError `user.not_found`, also for users out of the caller's reach, and `user.beyond_reach` */
  async exportOf(id: string, caller: Caller): Promise<Readable> {
    const reach = reachOf(userOf(caller), 'admin:users:write');
    const user = await this.users.describe(id, reach);
    requireWhollyWithin(reach, await this.contexts.getHoldings(id));
    await this.audit.done(id, { action: 'PERSONAL_DATA_EXPORTED', actor: actorOf(caller) });
    return this.export(user, reach === 'platform' ? reach : organisationsOf(user));
  }

  private export(user: AdminUserView, reach: Reach): Readable {
    const head = { exported_at: new Date().toISOString(), limited_to: reach === 'platform' ? null : [...reach], user };
    return Readable.from(write(head, this.lists(user.id, reach)), { objectMode: false, highWaterMark: 1 });
  }

  /** The one place that names what is exported besides the user: a module that keeps more about people adds a line. */
  private lists(id: string, reach: Reach): Lists {
    const lists = { events: this.data.events(id, reach), audit: this.data.audit(id, reach) };
    // Nobody but the platform's administrators sees these of anybody else.
    return reach === 'platform' ? { ...lists, imports: this.data.imports(id), drift: this.data.drift(id) } : lists;
  }
}

/** No other ones, although the administrator may have more: the person gets to read the file. */
function organisationsOf({ memberships }: AdminUserView): string[] {
  return [...new Set(memberships.map(({ organisation_id: id }) => id))].sort();
}

/** One JSON object in pieces: a page is read when the client has taken the one before. */
async function* write(head: Head, lists: Lists): AsyncGenerator<Buffer> {
  yield Buffer.from(JSON.stringify(head).slice(0, -1));
  for (const [name, pages] of Object.entries(lists)) {
    let separator = `,${JSON.stringify(name)}:[`;
    for await (const items of pages) {
      if (items.length === 0) continue;
      yield Buffer.from(separator + items.map((item) => JSON.stringify(item)).join(','));
      separator = ',';
    }
    yield Buffer.from(separator === ',' ? ']' : `${separator}]`);
  }
  yield Buffer.from('}');
}
