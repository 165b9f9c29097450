// What is around an entity and what would break without it: as a diagram of links and as a list.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { usePortal } from '../lib/portal.mjs';

const portal = usePortal();

const CATALOG = '/catalog/default/component/catalog';
const IMPACT = '/catalog/default/resource/tenant-database?tab=impact';

/** The diagram's frame and its links. */
function diagram(page, name = /^Relations of/) {
  const frame = page.getByRole('group', { name });
  return { frame, links: frame.getByRole('link') };
}

for (const device of ['desktop', 'phone']) {
  test(`the diagram is followed from entity to entity on a ${device}`, async () => {
    const { page } = await portal.open(CATALOG, { device });
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Relations' }).click();
    await page.waitForURL(/tab=relations/);
    const { frame, links } = diagram(page);
    await frame.waitFor();
    assert.equal(await frame.locator('[aria-current="true"]').getAttribute('aria-label'), 'Catalog, Component, owned by Platform');

    await page.getByLabel('How far').selectOption('2');
    for (const name of ['Ownership', 'Parts', 'People', 'Other', 'Data', 'APIs']) {
      await page.getByRole('checkbox', { name, exact: true }).uncheck();
    }
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.waitForURL(/types=dependencies/);
    // The template language is two steps away, through the scaffolder.
    await links.and(page.getByRole('link', { name: /^Template language,/ })).waitFor();
    assert.equal(await frame.getByRole('link', { name: /^Platform,/ }).count(), 0, 'no owners');

    const next = frame.getByRole('link', { name: /^Scaffolder,/ });
    await next.scrollIntoViewIfNeeded();
    await page.evaluate(() => (window.stays = true));
    await next.click();
    await page.waitForURL(/component\/scaffolder\?tab=relations&depth=2&types=dependencies/);
    await page.getByRole('heading', { level: 1, name: 'Scaffolder' }).waitFor();
    await page.getByRole('heading', { name: 'As a list' }).waitFor();
    assert.equal(await page.evaluate(() => window.stays), true, 'the page is not loaded anew');
  });

  test(`diagrams pan within their frame on a ${device}`, async () => {
    const { page } = await portal.open(`${CATALOG}?tab=relations&depth=3`, { device });
    const { frame, links } = diagram(page);
    const { page: pageWidth, window: windowWidth } = await page.evaluate(() => ({
      page: document.documentElement.scrollWidth,
      window: document.documentElement.clientWidth,
    }));
    assert.ok(pageWidth <= windowWidth, `the page is ${pageWidth} px wide on a screen of ${windowWidth} px`);
    for (const box of await links.all()) {
      const { width, height } = await box.boundingBox();
      assert.ok(width >= 200 && height >= 44, `a node of ${width} × ${height} px`);
    }
    if (device === 'phone') {
      const hidden = await frame.evaluate((frame) => frame.scrollWidth - frame.clientWidth);
      assert.ok(hidden > 0, 'there is something to pan to');
    }
    await page.getByRole('link', { name: 'To the middle' }).click();
    await page.waitForFunction(() => {
      const box = document.getElementById('graph-start').getBoundingClientRect();
      return box.left >= 0 && box.left < innerWidth && box.top >= 0 && box.top < innerHeight;
    });
    await assertAccessible(page);
  });

  test(`the impact says how many, who and why on a ${device}`, async () => {
    const { page } = await portal.open(IMPACT, { device });
    await page.getByRole('heading', { name: 'If Tenant database goes' }).waitFor();
    const main = page.locator('main');
    await main.getByRole('heading', { name: 'Owners to ask' }).waitFor();
    await main.getByRole('link', { name: 'Platform' }).first().waitFor();
    await main.getByRole('heading', { name: 'Directly' }).waitFor();
    await main.getByText('depends on Catalog, which depends on Tenant database').first().waitFor();
    await assertAccessible(page);
  });
}

test('the keyboard walks the nodes in reading order and opens one', async () => {
  const { page } = await portal.open(`${CATALOG}?tab=relations`);
  const { frame, links } = diagram(page);
  const names = await links.evaluateAll((links) => links.map((link) => link.getAttribute('aria-label')));
  const places = await links.evaluateAll((links) =>
    links.map((link) => link.getBoundingClientRect()).map(({ left, top }) => [Math.round(left), Math.round(top)]),
  );
  const sorted = [...places].sort(([a, b], [c, d]) => a - c || b - d);
  assert.deepEqual(places, sorted, 'column by column, each from top to bottom');

  await frame.focus();
  for (const name of names) {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), name);
  }
  const target = await links.last().getAttribute('href');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname + url.search === target);
});

test('relations and impact need no script', async () => {
  const { page } = await portal.open(`${CATALOG}?tab=relations`, { javaScript: false });
  const { frame } = diagram(page);
  assert.ok(await frame.getByRole('link', { name: /^Tenant database,/ }).isVisible());
  await page.getByLabel('Which way').selectOption('in');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.waitForURL(/direction=in/);
  assert.equal(await frame.getByRole('link', { name: /^Tenant database,/ }).count(), 0);
  await frame.getByRole('link', { name: /^Scaffolder,/ }).click();
  await page.waitForURL(/component\/scaffolder\?tab=relations&direction=in/);

  await page.goto(IMPACT);
  assert.ok(await page.getByRole('heading', { name: 'If Tenant database goes' }).isVisible());
});

test('a system shows a diagram of its parts', async () => {
  const { page } = await portal.open('/catalog/default/system/callboard');
  const { links } = diagram(page, 'Parts of Callboard');
  await links.and(page.getByRole('link', { name: /^Scaffolder,/ })).click();
  await page.waitForURL(/\/catalog\/default\/component\/scaffolder$/);
});
