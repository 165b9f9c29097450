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

    await page.getByLabel('Depth').selectOption('2');
    await page.getByRole('button', { name: /^Relations \(/ }).click();
    for (const name of ['Ownership', 'People']) {
      assert.ok(!(await page.getByRole('checkbox', { name, exact: true }).isChecked()), `${name} is off at first`);
    }
    for (const name of ['Parts', 'Other', 'Data', 'APIs']) {
      await page.getByRole('checkbox', { name, exact: true }).uncheck();
    }
    await page.keyboard.press('Escape');
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
    await page.getByRole('link', { name: 'Center' }).click();
    await page.waitForFunction(() => {
      const box = document.getElementById('graph-start').getBoundingClientRect();
      return box.left >= 0 && box.left < innerWidth && box.top >= 0 && box.top < innerHeight;
    });
    await assertAccessible(page);
  });

  test(`the impact says how many, who and why on a ${device}`, async () => {
    const { page } = await portal.open(IMPACT, { device });
    await page.getByRole('heading', { name: 'If Tenant database is removed' }).waitFor();
    const main = page.locator('main');
    await main.getByRole('heading', { name: 'Owners to notify' }).waitFor();
    await main.getByRole('link', { name: 'Platform' }).first().waitFor();
    await main.getByRole('heading', { name: 'Directly' }).waitFor();
    await main.getByText('depends on Catalog, which depends on Tenant database').first().waitFor();
    await assertAccessible(page);
  });
}

test('a diagram zooms by buttons, wheel and keys, is dragged, and fits', async () => {
  const { page } = await portal.open(`${CATALOG}?tab=relations&depth=3&types=all`);
  const { frame, links } = diagram(page);
  const width = () => frame.locator('svg').evaluate((svg) => svg.getBoundingClientRect().width);
  const natural = await width();
  await page.getByRole('button', { name: 'Zoom in' }).click();
  assert.ok((await width()) > natural);
  await page.getByRole('button', { name: 'Fit' }).click();
  const fitted = await frame.evaluate((frame) => frame.scrollWidth <= frame.clientWidth && frame.scrollHeight <= frame.clientHeight + 1);
  assert.ok(fitted, 'nothing is left to scroll to');

  const small = await width();
  await frame.focus();
  await page.keyboard.press('+');
  assert.ok((await width()) > small);
  const keyed = await width();
  await frame.hover();
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -200);
  await page.keyboard.up('Control');
  await page.waitForFunction((keyed) => document.querySelector('.graph').getBoundingClientRect().width > keyed, keyed);
  for (let times = 0; times < 6; times++) await page.getByRole('button', { name: 'Zoom in' }).click();

  const place = () => frame.evaluate((frame) => [frame.scrollLeft, frame.scrollTop]);
  const before = await place();
  const box = await frame.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 - 90, box.y + box.height / 2 - 40, { steps: 4 });
  await page.mouse.up();
  const after = await place();
  assert.ok(after[0] > before[0], `${before} → ${after}`);
  assert.match(page.url(), /component\/catalog/, 'a drag opens nothing');
  assert.ok((await links.count()) > 3);
});

test('what is pointed at is shown with its relations, the rest steps back', async () => {
  const { page } = await portal.open(`${CATALOG}?tab=relations`);
  const { frame } = diagram(page);
  await frame.getByRole('link', { name: /^Tenant database,/ }).hover();
  await page.locator('.graph[data-traced]').waitFor();
  const near = await frame.locator('.graph-near').count();
  const all = await frame.locator('.graph-node').count();
  assert.ok(near >= 2 && near < all, `${near} of ${all}`);
  assert.ok((await frame.locator('.graph-trace .graph-line').count()) > 0);
  await page.getByRole('heading', { level: 1 }).hover();
  await page.locator('.graph[data-traced]').waitFor({ state: 'detached' });
});

for (const device of ['desktop', 'phone']) {
  test(`a diagram opens with its entity in view, and its lines stay inside on a ${device}`, async () => {
    const { page } = await portal.open(`${CATALOG}?tab=relations&depth=3&types=all`, { device });
    const { frame } = diagram(page);
    await page.waitForFunction(() => {
      const frame = document.querySelector('.graph-frame').getBoundingClientRect();
      const box = document.getElementById('graph-start').getBoundingClientRect();
      return box.left >= frame.left - 1 && box.right <= frame.right + 1 && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
    });
    const outside = await frame.locator('svg').evaluate((svg) => {
      const { width, height } = svg.viewBox.baseVal;
      return [...svg.querySelectorAll('.graph-line')]
        .map((line) => line.getBBox())
        .filter((box) => box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height).length;
    });
    assert.equal(outside, 0, 'lines that leave the picture');
  });
}

for (const width of [390, 768, 1024, 1280]) {
  test(`what is nearby opens fitted into its frame at ${width} px`, async () => {
    const { page } = await portal.open(CATALOG, { context: { viewport: { width, height: 800 } } });
    // The script has taken over from the style sheet.
    await page.locator('.graph-small .graph:not(.graph-fitted)').waitFor();
    const { scale, wide, high, start } = await page.locator('.graph-small .graph-frame').evaluate((frame) => {
      const svg = frame.querySelector('svg');
      const [box, around] = [document.getElementById('graph-start').getBoundingClientRect(), frame.getBoundingClientRect()];
      return {
        scale: svg.getBoundingClientRect().width / svg.viewBox.baseVal.width,
        wide: frame.scrollWidth - frame.clientWidth,
        high: frame.scrollHeight - frame.clientHeight,
        start: box.left >= around.left - 1 && box.right <= around.right + 1,
      };
    });
    assert.ok(scale > 0.49 && scale <= 1, `a scale of ${scale}`);
    assert.ok(start, 'the entity itself is in sight');
    if (scale > 0.505) assert.ok(wide <= 0 && high <= 1, `${wide} and ${high} px are cut at ${scale}`);
  });
}

test('what is nearby fits without script', async () => {
  const { page } = await portal.open(CATALOG, { javaScript: false });
  const frame = page.locator('.graph-small .graph-frame');
  assert.ok(await frame.evaluate((frame) => frame.scrollWidth <= frame.clientWidth), 'nothing is cut at its sides');
});

test('no line runs through a node', async () => {
  const { page } = await portal.open(CATALOG);
  for (const target of ['/catalog/default/component/callboard', CATALOG, `${CATALOG}?tab=relations&depth=3&types=all`, '/catalog/default/system/callboard']) {
    await page.goto(target);
    await page.locator('.graph .graph-node').first().waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll('.graph-block')].every((block) => block.childElementCount > 0));
    const hits = await page.locator('.graph').first().evaluate((svg) => {
      const nodes = [...svg.querySelectorAll('.graph-node')].map((node) => {
        const { e, f } = node.transform.baseVal.consolidate().matrix;
        const { width, height } = node.querySelector('.graph-box').getBBox();
        return { left: e, top: f, right: e + width, bottom: f + height };
      });
      const found = [];
      for (const line of svg.querySelectorAll('.graph-lines .graph-line')) {
        const length = line.getTotalLength();
        for (let at = 0; at <= length; at += 2) {
          const { x, y } = line.getPointAtLength(at);
          const inside = ({ left, top, right, bottom }) => x > left + 1 && x < right - 1 && y > top + 1 && y < bottom - 1;
          if (nodes.some(inside)) found.push(`${Math.round(x)},${Math.round(y)}`);
        }
      }
      return found;
    });
    assert.deepEqual(hits, [], target);
  }
});

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
  await page.getByLabel('Direction').selectOption('in');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.waitForURL(/direction=in/);
  assert.equal(await frame.getByRole('link', { name: /^Tenant database,/ }).count(), 0);
  await frame.getByRole('link', { name: /^Scaffolder,/ }).click();
  await page.waitForURL(/component\/scaffolder\?tab=relations&direction=in/);

  await page.goto(IMPACT);
  assert.ok(await page.getByRole('heading', { name: 'If Tenant database is removed' }).isVisible());
});

test('a system shows a diagram of its parts', async () => {
  const { page } = await portal.open('/catalog/default/system/callboard');
  const { links } = diagram(page, 'Parts of Callboard');
  await links.and(page.getByRole('link', { name: /^Scaffolder,/ })).click();
  await page.waitForURL(/\/catalog\/default\/component\/scaffolder$/);
});
