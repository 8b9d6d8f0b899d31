import { expect } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { hasFocus, pressUntilAt, tabTo } from './keyboard.js';
import { until } from './poll.js';

const fieldOf = (page: Page, label: string) => page.getByRole('combobox', { name: label, exact: true });

/** Opens a list that one doesn't type into, goes down to what is meant, and takes it. */
export async function choose(page: Page, label: string, text: string): Promise<void> {
  await tabTo(fieldOf(page, label));
  const option = page.getByRole('option', { name: text, exact: true });
  await until(async () => {
    if ((await option.count()) > 0 && (await option.getAttribute('data-combobox-selected')) === 'true') return true;
    await page.keyboard.press('ArrowDown');
    return false;
  }, Boolean);
  await page.keyboard.press('Enter');
  await until(() => fieldOf(page, label).inputValue(), (value) => value === text);
}

/** Tabs to the radio button of a group that is on, and goes on to another one. */
export async function turn(from: Locator, to: Locator): Promise<void> {
  await tabTo(from);
  await pressUntilAt(to, 'ArrowDown');
}

/**
 * Types into a field of a day, or of a day and a time: part after part, in the order in which the browser shows them.
 * @param value as the field has it: `2026-02-28` or `2026-02-28T07:08`
 */
export async function typeDate(target: Locator, value: string): Promise<void> {
  const { keyboard } = target.page();
  // Its first part is where one comes in.
  while (await hasFocus(target)) await keyboard.press('Shift+Tab');
  await tabTo(target);
  const [year = '', month = '', day = '', hour, minute = ''] = value.split(/[-T:]/);
  await keyboard.type(`${month}${day}${year}`);
  if (hour !== undefined) {
    await keyboard.press('ArrowRight');
    await keyboard.type(`${String(Number(hour) % 12 || 12).padStart(2, '0')}${minute}${Number(hour) < 12 ? 'A' : 'P'}`);
  }
  expect(await target.inputValue()).toBe(value);
}
