import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

const MAX_ENTRIES = 20_000;
const GRANTED_KINDS = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken']);

interface Entry {
  payload: AdapterPayload;
  expiresAt: number;
  /** Set for sessions: they are looked up by it. */
  sessionUid?: string;
  /** Set for what dies with its grant. */
  grantId?: string;
}

/**
 * Sessions, codes and refresh tokens, in this process only: tokens never reach the database, and a restart signs
 * everybody out of the mock. A browser's flow has to stay on one replica. Bounded: the oldest entries give way.
 */
export function createArtifactStore(maxEntries = MAX_ENTRIES): AdapterFactory {
  const artifacts = new Artifacts(maxEntries);
  return (kind) => createAdapter(artifacts, kind);
}

function createAdapter(artifacts: Artifacts, kind: string): Adapter {
  const keyOf = (id: string): string => `${kind}:${id}`;
  return {
    upsert(id, payload, expiresIn) {
      artifacts.set(keyOf(id), {
        payload,
        expiresAt: expiresIn ? Date.now() + expiresIn * 1000 : Infinity,
        ...(kind === 'Session' && payload.uid !== undefined ? { sessionUid: payload.uid } : {}),
        ...(GRANTED_KINDS.has(kind) && payload.grantId !== undefined ? { grantId: payload.grantId } : {}),
      });
      return Promise.resolve();
    },
    find: (id) => Promise.resolve(artifacts.get(keyOf(id))),
    findByUid: (uid) => Promise.resolve(artifacts.getSession(uid)),
    findByUserCode: () => Promise.resolve(undefined),
    consume(id) {
      const payload = artifacts.get(keyOf(id));
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
      return Promise.resolve();
    },
    destroy(id) {
      artifacts.remove(keyOf(id));
      return Promise.resolve();
    },
    revokeByGrantId(grantId) {
      artifacts.removeGranted(grantId);
      return Promise.resolve();
    },
  };
}

class Artifacts {
  readonly #entries = new Map<string, Entry>();
  readonly #keyBySessionUid = new Map<string, string>();
  readonly #keysByGrant = new Map<string, Set<string>>();

  constructor(private readonly maxEntries: number) {}

  get(key: string): AdapterPayload | undefined {
    const entry = this.#entries.get(key);
    if (entry && entry.expiresAt <= Date.now()) this.remove(key);
    return this.#entries.get(key)?.payload;
  }

  getSession(uid: string): AdapterPayload | undefined {
    const key = this.#keyBySessionUid.get(uid);
    return key === undefined ? undefined : this.get(key);
  }

  set(key: string, entry: Entry): void {
    this.remove(key);
    this.#entries.set(key, entry);
    if (entry.sessionUid !== undefined) this.#keyBySessionUid.set(entry.sessionUid, key);
    if (entry.grantId !== undefined) {
      this.#keysByGrant.set(entry.grantId, (this.#keysByGrant.get(entry.grantId) ?? new Set()).add(key));
    }
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.maxEntries) break;
      this.remove(oldest);
    }
  }

  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    if (entry.sessionUid !== undefined) this.#keyBySessionUid.delete(entry.sessionUid);
    if (entry.grantId === undefined) return;
    const siblings = this.#keysByGrant.get(entry.grantId);
    siblings?.delete(key);
    if (siblings?.size === 0) this.#keysByGrant.delete(entry.grantId);
  }

  removeGranted(grantId: string): void {
    for (const key of [...(this.#keysByGrant.get(grantId) ?? [])]) this.remove(key);
  }
}
