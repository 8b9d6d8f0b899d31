import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { Injectable } from '@nestjs/common';

/** Names of hosts, as this machine resolves them. */
@Injectable()
export class HostResolver {
  /** @throws the resolver's error for a name that leads nowhere */
  async resolve(hostname: string): Promise<LookupAddress[]> {
    return lookup(hostname, { all: true });
  }
}
