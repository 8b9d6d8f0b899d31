// `npm run bench:pages [-- --quick] [-- --users 10000]`: how soon the list of users stands in a browser and how soon it
// follows a click, from Chromium's own trace; beside the same with 100 users, in one interleaved run. Both services run
// on PGlite, with folders of their own.
import { availableParallelism, loadavg } from 'node:os';
import { chromium } from 'playwright-core';
import { startService } from './service.mjs';
import { INTERACTIONS, readTrace } from './trace.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const CATEGORIES = ['loading', 'devtools.timeline', 'blink.user_timing'];
const FEW = 100;
const MANY = 10_000;
const ROUNDS = process.argv.includes('--quick') ? 2 : 7;
const users = Number(process.argv[process.argv.indexOf('--users') + 1]) || MANY;

/** @typedef {Record<string, number[]>} Figures */

/** Signs in once; what is measured are the visits after it, which go by the provider's session. @param {import('playwright-core').Browser} browser @param {string} url */
async function signIn(browser, url) {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })).newPage();
  await page.goto(`${url}/users`);
  await page.getByLabel('E-mail', { exact: true }).fill('admin@example.com');
  await page.getByLabel('Password', { exact: true }).fill('Passw0rd!');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await rowsOf(page).first().waitFor();
  return page;
}

/** @param {import('playwright-core').Page} page */
const rowsOf = (page) => page.locator('tbody tr');

/** One visit of the list, and one of each interaction. @param {import('playwright-core').Browser} browser @param {import('playwright-core').Page} page @param {string} url */
async function visit(browser, page, url) {
  await browser.startTracing(page, { categories: CATEGORIES });
  const startedAt = performance.now();
  await page.goto(`${url}/users`);
  await rowsOf(page).first().waitFor();
  const figures = /** @type {Record<string, number>} */ ({ 'rows shown, ms from the address': performance.now() - startedAt });
  for (const [name, interact, isDone] of STEPS) {
    const before = performance.now();
    await interact(page);
    await isDone(page);
    figures[`${name}: shown after, ms`] = performance.now() - before;
  }
  return { ...figures, ...readTrace(await browser.stopTracing()) };
}

/** @type {[string, (page: import('playwright-core').Page) => Promise<unknown>, (page: import('playwright-core').Page) => Promise<unknown>][]} */
const STEPS = [
  ['sort', (page) => page.getByRole('button', { name: 'E-mail' }).click(), (page) => page.waitForURL(/sort=email/).then(() => settled(page))],
  ['next page', (page) => page.getByRole('button', { name: 'Next' }).click(), (page) => page.waitForURL(/cursor=/).then(() => settled(page))],
  ['search', (page) => page.getByLabel('Search').first().pressSequentially('bench-77@'), (page) => page.getByText('bench-77@example.com').waitFor()],
];

/** @param {import('playwright-core').Page} page */
const settled = (page) => page.waitForLoadState('networkidle');

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
const services = [];
try {
  for (const count of [FEW, users]) {
    const service = await startService(count);
    services.push({ count, service, page: await signIn(browser, service.url), figures: /** @type {Figures} */ ({}) });
  }
  for (let round = -1; round < ROUNDS; round++) {
    for (const { service, page, figures } of services) {
      const seen = await visit(browser, page, service.url);
      if (round >= 0) for (const [name, value] of Object.entries(seen)) (figures[name] ??= []).push(value);
    }
  }
  const [few, many] = services;
  const names = Object.keys(many?.figures ?? {});
  const lines = names.map((name) => {
    const one = median(few?.figures[name] ?? []);
    const other = median(many?.figures[name] ?? []);
    return `| ${name} | ${one.toFixed(0)} | ${other.toFixed(0)} | ${(other / one).toFixed(2)} |`;
  });
  const head = [`| median of ${ROUNDS} | ${few?.count} users | ${many?.count} users | ratio |`, '| --- | --- | --- | --- |'];
  process.stdout.write(`${[...head, ...lines].join('\n')}\n`);
  process.stdout.write(`Node ${process.version}, ${browser.version()}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}; ${INTERACTIONS}\n`);
} finally {
  await browser.close();
  for (const { service } of services) await service.stop();
}
