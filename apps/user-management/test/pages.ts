import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { hasChromium, launchChromium } from './browser.js';
import { TestApp } from './test-app.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PASSWORD = 'Passw0rd!';
export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 360, height: 760 };

/** A person at the admin pages, in a browser context of their own. */
export class Visitor {
  /** What the browser blocked, could not load, or threw. */
  readonly complaints: string[] = [];
  /** Whom the pages asked. */
  readonly origins = new Set<string>();

  private constructor(
    readonly page: Page,
    private readonly app: TestApp,
  ) {
    page.on('console', (message) => message.type() === 'error' && this.complaints.push(message.text()));
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('request', (request) => this.origins.add(new URL(request.url()).origin));
  }

  static async open(browser: Browser, app: TestApp, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce', locale: 'en-GB', ...options });
    return new Visitor(await context.newPage(), app);
  }

  /** Opens the address and signs in on the provider's page. */
  async signIn(email: string, path = '/'): Promise<void> {
    await this.page.goto(`${this.app.url}${path}`);
    await this.page.getByLabel('E-mail', { exact: true }).fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  async expectHeading(name: string | RegExp): Promise<void> {
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
  }

  /** WCAG 2.2 A and AA by axe-core, and nothing to scroll sideways. */
  async expectAccessible(): Promise<void> {
    // The policy lets no script in but the pages' own; the debugger's are not the page's.
    const session = await this.page.context().newCDPSession(this.page);
    await session.send('Runtime.evaluate', { expression: AXE });
    const run = "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })";
    const tell = '.then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)))';
    const { result } = await session.send('Runtime.evaluate', { expression: run + tell, awaitPromise: true, returnByValue: true });
    expect(result.value).toEqual([]);
    const { width } = this.page.viewportSize() ?? WIDE;
    expect(await this.page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  }

  /** With `SCREENSHOTS=folder` the pages are looked at as well. */
  async screenshot(name: string): Promise<void> {
    const folder = process.env.SCREENSHOTS;
    if (folder !== undefined) await this.page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** The service with its pages, and whoever visits them. */
export class PagesDesk {
  app!: TestApp;
  browser!: Browser;
  readonly #visitors: Visitor[] = [];

  async start(environment: Record<string, string> = {}): Promise<void> {
    this.app = await TestApp.start(environment);
    this.browser = await launchChromium();
  }

  async visit(options?: BrowserContextOptions): Promise<Visitor> {
    const visitor = await Visitor.open(this.browser, this.app, options);
    this.#visitors.push(visitor);
    return visitor;
  }

  /** No page may have complained, nor have asked anybody but the service. */
  async leave(): Promise<void> {
    for (const visitor of this.#visitors.splice(0)) {
      await visitor.close();
      expect(visitor.complaints).toEqual([]);
      expect([...visitor.origins]).toEqual([this.app.url]);
    }
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.app.stop();
  }
}

/** A suite in a real browser over the real service, skipped where there is no Chromium. */
export function describePages(name: string, suite: (desk: PagesDesk) => void, environment: Record<string, string> = {}): void {
  (hasChromium ? describe : describe.skip)(name, () => {
    const desk = new PagesDesk();
    beforeAll(() => desk.start(environment));
    afterEach(() => desk.leave());
    afterAll(() => desk.stop());
    suite(desk);
  });
}
