import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from './test-app.js';

describe('health', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('is live and ready', async () => {
    expect((await app.request('GET', '/health/live')).body).toEqual({ status: 'ok' });
    const ready = await app.request('GET', '/health/ready');
    expect(ready.status).toBe(200);
    expect(ready.body).toEqual({ status: 'ok', checks: { database: 'ok', events: 'ok' } });
  });

  it('answers metrics by route pattern, without ids', async () => {
    await app.as('admin@example.com', 'GET', 'admin/users/some-id');
    const { text } = await app.request('GET', '/metrics');
    expect(text).toContain('route="/v1/user-management/admin/users/:id"');
    expect(text).not.toContain('some-id');
  });

  it('lets every kind of demo person read their context', async () => {
    const { body, status } = await app.as('biller@example.com', 'GET', 'users/me/context');
    expect(status).toBe(200);
    expect(body.memberships).toHaveLength(1);
    expect(body.memberships[0]).toMatchObject({ organisation_id: 'texas', role: { key: 'BILLER' } });
  });
});
