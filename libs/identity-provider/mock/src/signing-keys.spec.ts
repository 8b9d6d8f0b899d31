import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOrCreateSigningKeys } from './signing-keys.js';

describe('the signing keys file', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mock-idp-'));
    file = join(folder, 'data', 'keys.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is the same for all replicas that start at once, and only its owner can read it', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateSigningKeys(file)));
    expect(new Set(all.map((keys) => JSON.stringify(keys))).size).toBe(1);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'data'))).toEqual(['keys.json']);
  });

  it('keeps its keys over a restart', async () => {
    expect(await loadOrCreateSigningKeys(file)).toEqual(await loadOrCreateSigningKeys(file));
  });

  it.each(['', 'not json', '{"keys":[]}', '{"keys":[{"kty":"RSA","d":"very-secret-part"}]}'])(
    'is refused by name, and not quoted, when it holds %j',
    async (content) => {
      file = join(folder, 'keys.json');
      await writeFile(file, content);
      const error = await loadOrCreateSigningKeys(file).then(() => null, (reason: unknown) => reason);
      expect(String(error)).toContain(file);
      expect(String(error)).not.toContain('very-secret-part');
    },
  );
});
