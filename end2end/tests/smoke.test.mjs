// Every page opens on both devices, with and without script, without a word on the console.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { PAGES, cookiesFor } from '../lib/pages.mjs';
import { usePortal } from '../lib/portal.mjs';

const portal = usePortal();

for (const page of PAGES) {
  const options = () => ({
    status: page.status ?? 200,
    context: { storageState: { cookies: stored(page), origins: [] } },
  });

  for (const device of ['desktop', 'phone']) {
    test(`${page.name} opens on a ${device}`, async () => {
      const tab = await portal.open(page.path, { device, ...options() });
      assert.equal(await tab.page.locator('h1').count(), 1, 'a page has one main heading');
      const { scroll, width } = await tab.page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        width: document.documentElement.clientWidth,
      }));
      assert.ok(scroll <= width, `the page is ${scroll} px wide on a screen of ${width} px`);
    });
  }

  test(`${page.name} reads without script`, async () => {
    const tab = await portal.open(page.path, { javaScript: false, ...options() });
    assert.ok(await tab.page.locator('h1').isVisible());
  });

  for (const theme of ['light', 'dark']) {
    test(`${page.name} is accessible in ${theme}`, async () => {
      const tab = await portal.open(page.path, { theme, ...options() });
      await assertAccessible(tab.page, page.path);
    });
  }
}

function stored(page) {
  return cookiesFor(page, portal.url).map(({ name, value }) => ({
    name,
    value,
    domain: '127.0.0.1',
    path: '/',
    expires: -1,
    httpOnly: false,
    secure: false,
    sameSite: 'Lax',
  }));
}
