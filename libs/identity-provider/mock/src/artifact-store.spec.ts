import { createArtifactStore } from './artifact-store.js';

describe('the artifact store', () => {
  it('lets the oldest entries give way, with everything that pointed to them', async () => {
    const make = createArtifactStore(3);
    const sessions = make('Session');
    const tokens = make('RefreshToken');
    await sessions.upsert('s1', { uid: 'u1' }, 60);
    for (const id of ['t1', 't2', 't3']) await tokens.upsert(id, { grantId: 'g' }, 60);

    expect(await sessions.find('s1')).toBeUndefined();
    expect(await sessions.findByUid('u1')).toBeUndefined();
    expect(await tokens.find('t1')).toEqual({ grantId: 'g' });
    await tokens.revokeByGrantId('g');
    for (const id of ['t1', 't2', 't3']) expect(await tokens.find(id)).toBeUndefined();
  });

  it('forgets what has expired', async () => {
    const codes = createArtifactStore()('AuthorizationCode');
    await codes.upsert('c', { grantId: 'g' }, 0.001);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
    expect(await codes.find('c')).toBeUndefined();
  });

  it('keeps kinds apart and marks what was used', async () => {
    const make = createArtifactStore();
    await make('RefreshToken').upsert('x', { grantId: 'g' }, 60);
    expect(await make('AuthorizationCode').find('x')).toBeUndefined();
    await make('RefreshToken').consume('x');
    expect(await make('RefreshToken').find('x')).toHaveProperty('consumed');
  });
});
