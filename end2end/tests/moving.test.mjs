// Moving about: without reloading, without waiting, and back to where one was.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { hydrated } from '../lib/browser.mjs';
import { PAGES } from '../lib/pages.mjs';
import { usePortal } from '../lib/portal.mjs';

const portal = usePortal();

/** Counts requests whose address matches. */
function count(page, pattern) {
  const seen = [];
  page.on('request', (request) => {
    if (pattern.test(request.url())) seen.push(request.url());
  });
  return seen;
}

test('a link that is pointed at is fetched ahead, and followed without asking again', async () => {
  const { page } = await portal.open('/');
  const parts = count(page, /catalog_part\.bin/);
  const answers = count(page, /\/fn\/catalog\/entities_get/);
  const documents = count(page, /\/catalog$/);
  const link = page.getByRole('navigation').getByRole('link', { name: 'Catalog', exact: true }).first();
  await link.hover();
  await page.waitForResponse(/\/fn\/catalog\/entities_get/);
  await page.waitForTimeout(200);
  assert.equal(parts.length, 1, 'the part is loaded');
  await link.click();
  await page.getByRole('heading', { level: 1, name: 'Catalog' }).waitFor();
  await page.getByRole('link', { name: 'Scaffolder' }).first().waitFor();
  assert.equal(answers.length, 1, 'the list is asked for once');
  assert.equal(documents.length, 0, 'no page is loaded');
});

test('only the part of the page that is opened is loaded', async () => {
  const { page } = await portal.open('/catalog');
  const loaded = count(page, /\w+_part\.bin/);
  await page.reload();
  await hydrated(page);
  assert.ok(loaded.length > 0 && loaded.every((url) => url.includes('catalog_part')), loaded.join(' '));
});

test('back and forward keep filters and the place on the page', async () => {
  const { page } = await portal.open('/catalog?kind=component');
  await page.setViewportSize({ width: 1280, height: 400 });
  const row = page.locator('tbody').getByRole('link', { name: 'Scaffolder' }).first();
  await row.evaluate((link) => link.scrollIntoView({ block: 'center' }));
  await page.waitForTimeout(100);
  const place = await page.evaluate(() => window.scrollY);
  assert.ok(place > 0, 'there is something to scroll');
  await row.click();
  await page.waitForURL(/\/catalog\/default\/component\/scaffolder/);
  await page.getByRole('heading', { level: 1, name: 'Scaffolder' }).waitFor();
  await page.goBack();
  await page.waitForURL(/\/catalog\?kind=component$/);
  await row.waitFor();
  await page.getByRole('link', { name: /^Remove filter Kind: component/i }).waitFor();
  await page.waitForFunction((wanted) => Math.abs(window.scrollY - wanted) < 3, place);
  await page.goForward();
  await page.getByRole('heading', { level: 1, name: 'Scaffolder' }).waitFor();
});

test('the palette finds pages, entities and templates by keyboard alone', async () => {
  const { page } = await portal.open('/');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: /search|palette|go to/i });
  await palette.waitFor();
  await page.keyboard.type('tenant data');
  await palette.getByText('Tenant database').first().waitFor();
  await assertAccessible(page, 'the open palette');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/catalog\/default\/resource\//);
  await page.keyboard.press('?');
  await page.getByText('Show keyboard shortcuts').first().waitFor();
  await page.keyboard.press('Escape');
});

test('a slow network: the page can be read and left before its program is there', async () => {
  const { page } = await portal.open('/catalog', { hydrate: false });
  // The program never comes.
  await page.route('**/*.wasm', () => {});
  await page.goto('/catalog', { waitUntil: 'commit' });
  await page.getByRole('link', { name: 'Scaffolder' }).first().click();
  await page.waitForURL(/\/catalog\/default\/component\/scaffolder/);
  await page.getByRole('heading', { level: 1, name: 'Scaffolder' }).waitFor();
  await page.goto('/catalog', { waitUntil: 'commit' });
  await page.getByText('Filter', { exact: true }).click();
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('api');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.waitForURL(/kind=api/);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a slow network: the window keeps its title while the page comes to life', async () => {
  const { page } = await portal.open('/sign-in', { hydrate: false });
  const title = /^Catalog · \S/;
  await page.addInitScript(() => {
    window.titles = [];
    setInterval(() => window.titles.push(document.title), 20);
  });
  await page.route('**/catalog_part.bin', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue();
  });
  await page.goto('/catalog', { waitUntil: 'commit' });
  await hydrated(page);
  const titles = await page.evaluate(() => [...new Set(window.titles.filter((_, index) => index > 10))]);
  assert.ok(titles.length === 1 && title.test(titles[0]), JSON.stringify(titles));
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

for (const width of [360, 2560]) {
  test(`every page fits a screen of ${width} px`, async () => {
    const { page } = await portal.open('/', { hydrate: false });
    await page.setViewportSize({ width, height: 900 });
    for (const { path, signedOut, status } of PAGES) {
      if (signedOut || status) continue;
      await page.goto(path);
      await hydrated(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${path} is ${wide} px wide`);
    }
  });
}

test('a page written from right to left stays whole', async () => {
  const { page } = await portal.open('/catalog');
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  const { wide, width } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    width: document.documentElement.clientWidth,
  }));
  assert.ok(wide <= width, `${wide} px on ${width}`);
});

test('a part that cannot be loaded says so, and the page can be loaded again', async () => {
  const { page, problems } = await portal.open('/');
  await page.route('**/create_part.bin', (route) => route.abort());
  const link = page.getByRole('navigation').getByRole('link', { name: 'Create', exact: true }).first();
  await link.click();
  await page.getByText('This part of the portal could not be loaded').waitFor();
  await page.unrouteAll();
  await page.getByRole('button', { name: /again/i }).click();
  await page.getByRole('heading', { level: 1, name: 'Create' }).waitFor();
  assert.ok(problems.expect(/create_part|Failed to (load|fetch)|compilation aborted/) > 0);
});
