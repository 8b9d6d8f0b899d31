import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COLUMNS, csv, Importer, row } from './import-client.js';
import { ADMIN, expectInvalid, expectRefused, People, prismaOf } from './people.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';

const HEADER = COLUMNS.join(',');
const line = (email: string) => `${email},Name,user,texas,BILLER,,\r\n`;
const many = (count: number) => Array.from({ length: count }, (_, index) => line(`many-${index}@example.com`)).join('');

describe('a hostile file', () => {
  let app: TestApp;
  let importer: Importer;
  beforeAll(async () => {
    app = await TestApp.start();
    importer = new Importer(app);
  });
  afterAll(() => app.stop());

  async function expectNothingLeft(): Promise<void> {
    const { import: imports, importRow: rows, user } = prismaOf(app);
    const waiting = () => imports.count({ where: { state: { in: ['receiving', 'queued', 'running'] } } });
    expect(await until(waiting, (count) => count === 0)).toBe(0);
    expect([await rows.count({ where: { state: 'waiting' } }), await user.count({ where: { email: { startsWith: 'many-' } } })]).toEqual([0, 0]);
  }

  it.each<[what: string, header: string, field: string]>([
    ['an unknown column', `${HEADER},password`, 'password'],
    ['a missing column', HEADER.replace(',phone', ''), 'phone'],
    ['a column twice', `${HEADER},email`, 'email'],
    ['no name', `${HEADER},`, 'header'],
    ['10,000 columns', `${HEADER}${',x'.repeat(1_000)}`, 'x'],
    ['a carriage return alone at its end', `${HEADER}\ra@example.com,Name,user,texas,BILLER,,`, 'header'],
  ])('with %s in its header is refused by name, and leaves nothing', async (_what, header, field) => {
    expectInvalid(await importer.send(`${header}\r\n${many(20)}`), field);
    await expectNothingLeft();
  });

  it.each<[what: string, file: string | Uint8Array<ArrayBuffer>]>([
    ['nothing', ''],
    ['UTF-16', new Uint8Array(Buffer.from(`\ufeff${HEADER}\r\n${many(3)}`, 'utf16le'))],
    ['Latin-1', new Uint8Array(Buffer.concat([Buffer.from(`${HEADER}\r\n${many(2_000)}`), Buffer.from('andr\u00e9@example.com,x,user,,,,', 'latin1')]))],
    ['a character cut in half at the end', new Uint8Array([...Buffer.from(`${HEADER}\r\n`), 0xe2, 0x82])],
    ['a quote in the middle of a cell', `${HEADER}\r\n${many(2_000)}a@example.com,"Na"me,user,,,,\r\n`],
    ['a quote that is never closed', `${HEADER}\r\n${many(2_000)}a@example.com,"Name,user,,,,\r\n`],
    ['a huge cell', `${HEADER}\r\n${many(2_000)}a@example.com,${'x'.repeat(5_000_000)},user,,,,\r\n`],
    ['10,000 long columns in its header', Array.from({ length: 10_000 }, (_, index) => `column${index}`).join(',')],
  ])('of %s is refused, and leaves nothing', async (_what, file) => {
    expectInvalid(await importer.send(file), 'body');
    await expectNothingLeft();
  });

  it('names the line where a quote stands wrong', async () => {
    const { body } = await importer.send(`${HEADER}\r\n${many(3)}a@example.com,"Na"me,user,,,,\r\n`);
    expect(body.detail).toContain('line 5');
  });

  it('may start with a byte order mark, name its columns in any order, end lines by LF, leave lines empty and quote breaks', async () => {
    const [one, two] = [row(), row({ display_name: 'with\r\nbreak' })];
    const columns = [...COLUMNS].reverse();
    const text = `\ufeff${csv([one, two, row({ email: 'bad' })], columns).replaceAll('"with\r\nbreak"', '"with\r\nbreak"').replace('\n', '\n\n')}`;
    const view = await importer.run(text);
    expect(view).toMatchObject({ rows: 3, created: 1, failed: 2 });
    expect(await importer.faults(view.import_id)).toEqual(['4 display_name request.invalid', '6 email request.invalid']);
  });

  it('has its odd rows told one by one: NUL, carriage return, too few and too many cells, controls, formulas in e-mails', async () => {
    const bad = [
      'nul@example.com,Na\0me,user,texas,BILLER,,',
      'cr@example.com,Na\rme,user,texas,BILLER,,',
      'few@example.com,Name,user',
      `${'x,'.repeat(3_000)}x`,
      'zero\u200bwidth@example.com,Name,user,texas,BILLER,,',
      '=1+1@example.com,Name,user,texas,BILLER,,',
      "many@example.com,Name,user,te'xas; DROP TABLE users,BILLER,,",
    ];
    const view = await importer.run([HEADER, ...bad].join('\r\n'));
    expect(view).toMatchObject({ rows: 7, failed: 7 - Number(view.created) });
    const faults = await importer.faults(view.import_id);
    expect(faults.map((fault) => fault.split(' ')[1])).toEqual(['display_name', 'display_name', 'row', 'row', 'email', ...(view.created ? [] : ['email']), 'organisation_id']);
  });

  it('of another type, encoding or charset is refused; no other route takes CSV', async () => {
    for (const headers of [{ 'content-type': 'application/json' }, { 'content-type': 'text/plain' }, { 'content-type': 'text/csv; charset=latin1' }, { 'content-encoding': 'gzip' }]) {
      const answer = await importer.send('{}', '', headers as unknown as Record<string, string>);
      expectRefused(answer, 'request.unsupported_media_type');
    }
    const other = await app.request('POST', 'admin/roles', { token: await app.token(ADMIN), raw: HEADER, headers: { 'content-type': 'text/csv' } });
    expectRefused(other, 'request.unsupported_media_type');
    expectInvalid(await importer.send(HEADER, 'dry_run=maybe'), 'dry_run');
    expectInvalid(await importer.send(HEADER, 'delivery=temporary_password'), 'delivery');
  });

  it('without rows is an import of nothing', async () => {
    expect(await importer.run(HEADER)).toMatchObject({ state: 'done', rows: 0, percent: 100 });
  });

  it('of too many bytes is refused, before it was sent when it says so', async () => {
    const padding = `${HEADER}\r\n${'\r\n'.repeat(17_000_000)}`;
    expectRefused(await importer.send(padding), 'request.too_large');
    await expectNothingLeft();
  });
});

describe('an upload over a bad network', () => {
  let app: TestApp;
  let people: People;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
  });
  afterAll(() => app.stop());

  /** A connection on which the request's head is sent already. */
  async function open(token: string, path = 'admin/users/import?delivery=none', length = 1_000_000) {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    const state = { socket, answer: '', isClosed: false };
    socket.on('data', (chunk: Buffer) => {
      state.answer += chunk.toString();
    });
    socket.on('close', () => {
      state.isClosed = true;
    });
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(`POST /v1/user-management/${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: text/csv\r\ncontent-length: ${length}\r\n\r\n`);
    return state;
  }

  const rowsLeft = async () => [await prismaOf(app).import.count({ where: { state: 'receiving' } }), await prismaOf(app).importRow.count()];

  it('may take longer than other requests as long as it goes on', async () => {
    const text = csv(Array.from({ length: 20 }, () => row()));
    const upload = await open(await app.token(ADMIN), undefined, Buffer.byteLength(text));
    const piece = Math.ceil(text.length / 10);
    for (let from = 0; from < text.length; from += piece) {
      await sleep(900);
      upload.socket.write(text.slice(from, from + piece));
    }
    await until(() => upload.answer, (answer) => answer.includes('import_id'));
    expect(upload.answer).toMatch(/^HTTP\/1\.1 202 /);
    // The connection serves the next request under the rules of every other.
    upload.answer = '';
    upload.socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
    await until(() => upload.answer, (answer) => answer.startsWith('HTTP/1.1 200'));
    upload.socket.destroy();
    await until(() => prismaOf(app).import.count({ where: { state: 'done' } }), (count) => count === 1);
    await prismaOf(app).importRow.deleteMany();
  });

  it('is given up when it pauses for 5 s, and leaves nothing', async () => {
    const upload = await open(await app.token(ADMIN));
    upload.socket.write(`${HEADER}\r\n${many(3_000)}`);
    await until(() => upload.answer, (answer) => answer !== '');
    expect(upload.answer).toMatch(/^HTTP\/1\.1 408 .*request\.too_slow/s);
    expect(await rowsLeft()).toEqual([0, 0]);
    await until(() => upload.isClosed, Boolean);
  });

  it('leaves nothing when the client goes away', async () => {
    const upload = await open(await app.token(ADMIN));
    upload.socket.write(`${HEADER}\r\n${many(3_000)}`);
    await until(() => prismaOf(app).importRow.count(), (count) => count > 0);
    upload.socket.destroy();
    expect(await until(rowsLeft, ([imports, rows]) => imports === 0 && rows === 0)).toEqual([0, 0]);
  });

  it.each([
    ['to nobody', 'x', 'admin/users/import'],
    ['to a biller', 'biller@example.com', 'admin/users/import'],
    ['on any other route', ADMIN, 'admin/roles'],
  ])('gets no more time %s', async (_what, who, path) => {
    const token = who === 'x' ? 'x' : await app.token(who);
    const upload = await open(token, path);
    const start = performance.now();
    const timer = setInterval(() => upload.socket.write('a,b\r\n'), 200);
    await until(() => upload.isClosed, Boolean, 15_000).finally(() => clearInterval(timer));
    expect(performance.now() - start).toBeLessThan(12_000);
    expect(upload.answer).toMatch(/^HTTP\/1\.1 4(01|03|15) /);
  });

  it('is cleaned up by any replica when its own was killed', async () => {
    const { import: imports, importRow } = prismaOf(app);
    const past = new Date(Date.now() - 60_000);
    const left = { id: 'cut-off', state: 'receiving', isDryRun: false, delivery: 'none', createdBy: await app.idOf(ADMIN), leaseId: 'dead', leasedUntil: past, createdAt: past };
    await imports.create({ data: left });
    await importRow.create({ data: { importId: 'cut-off', line: 2, state: 'waiting', cells: '[]' } });
    expect(await until(() => imports.count({ where: { id: 'cut-off' } }), (count) => count === 0)).toBe(0);
    expect(await importRow.count({ where: { importId: 'cut-off' } })).toBe(0);
    expect((await people.admin('GET', 'admin/imports')).body.items.map(({ import_id: id }: { import_id: string }) => id)).not.toContain('cut-off');
  });
});
