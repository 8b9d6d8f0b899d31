import { expect, it } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import { PAGES } from './page-list.js';
import { describePages, NARROW, type Visitor } from './pages.js';
import { until } from './poll.js';

const LOOKS: [name: string, options: BrowserContextOptions][] = [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: NARROW }],
  ['spanish', { locale: 'es-ES' }],
  ['spanish-narrow', { locale: 'es-ES', viewport: NARROW }],
];

describePages('how the pages look', (desk) => {
  async function look(visitor: Visitor, name: string): Promise<void> {
    await until(() => visitor.page.getByLabel(/^(Loading|Cargando)$/).count(), (count) => count === 0);
    // What comes later has a grey place until then.
    await until(() => visitor.page.locator('.mantine-Skeleton-root').count(), (count) => count === 0);
    await visitor.screenshot(name);
    await visitor.expectAccessible();
  }

  it.each(LOOKS)(
    'has nothing that WCAG 2.2 AA forbids and nothing to scroll sideways: %s',
    async (name, options) => {
      const visitor = await desk.visit(options);
      const isEnglish = options.locale === undefined;
      await visitor.signIn('admin@example.com');
      await visitor.expectHeading(isEnglish ? 'Dashboard' : 'Panel');
      for (const page of PAGES) {
        await visitor.page.goto(`${desk.app.url}${typeof page.path === 'string' ? page.path : await page.path(desk.app)}`);
        await visitor.expectHeading(isEnglish ? page.heading : /./);
        await look(visitor, `${page.name}-${name}`);
        for (const part of isEnglish ? (page.open ?? []) : []) {
          if (part.tick !== undefined) await visitor.page.getByLabel(part.tick).check();
          await visitor.page.getByRole('button', { name: part.press }).first().click();
          await visitor.page.getByRole('dialog').waitFor();
          await look(visitor, `${page.name}-${part.name}-${name}`);
          await visitor.page.keyboard.press('Escape');
        }
      }
      expect(visitor.complaints).toEqual([]);
    },
    300_000,
  );
});
