// A documentation site: one heading, its own window title, no sideways scroll, with and without script.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { usePortal } from '../lib/portal.mjs';

const portal = usePortal();

const SITE = '/docs/default/component/callboard/';
const PAGES = ['', 'guides/docs/', 'guides/templates/', 'reference/commands/', 'reference/actions/'];

for (const width of [320, 390, 768, 1024, 1280]) {
  test(`no page of a site scrolls sideways at ${width} px`, async () => {
    const context = { viewport: { width, height: 800 } };
    const { page } = await portal.open('/docs', { javaScript: false, context });
    for (const path of ['/docs', ...PAGES.map((path) => SITE + path)]) {
      await page.goto(path);
      const { wide, window } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth,
        window: document.documentElement.clientWidth,
      }));
      assert.ok(wide <= window, `${path} is ${wide} px wide on a screen of ${window} px`);
    }
  });
}

for (const width of [390, 1024, 1280]) {
  for (const javaScript of [true, false]) {
    test(`the headings of a page are listed before it at ${width} px ${javaScript ? 'with' : 'without'} script`, async () => {
      const { page } = await portal.open(`${SITE}guides/markdown/`, { javaScript, context: { viewport: { width, height: 800 } } });
      const link = page.getByRole('navigation', { name: 'On this page' }).getByRole('link').first();
      if (width < 1280) {
        assert.ok(!(await link.isVisible()), 'folded where there is little room');
        await page.getByText('On this page', { exact: true }).click();
      }
      await link.click();
      await page.waitForURL(/#/);
      // The way to the entity takes no line of its own where there is room.
      const [crumbs, actions] = [page.getByRole('navigation', { name: /breadcrumb/i }), page.locator('.docs-head .page-actions')];
      const apart = (await actions.boundingBox()).y - (await crumbs.boundingBox()).y;
      if (width > 1000) assert.ok(Math.abs(apart) < 20, `${apart} px apart`);
    });
  }
}

test('a page has one heading of its own, and a window title that tells it from others', async () => {
  const { page } = await portal.open(`${SITE}guides/docs/`, { javaScript: false });
  const heading = page.getByRole('heading', { level: 1 });
  assert.equal(await heading.count(), 1);
  assert.match(await heading.getAttribute('id'), /^[a-z-]+$/);
  const name = await page.locator('.docs-nav a[aria-current="page"]').innerText();
  assert.equal(await page.title(), `${name} · Callboard · Docs · Callboard`);
});

test('a link within a page leads to its heading', async () => {
  const { page } = await portal.open(`${SITE}guides/markdown/`);
  const id = await page.locator('.docs h2').first().getAttribute('id');
  await page.locator(`.docs-toc a[href="#${id}"]`).click();
  await page.waitForURL(new RegExp(`#${id}$`));
  await page.waitForFunction((id) => {
    const box = document.getElementById(id).getBoundingClientRect();
    return box.top >= 0 && box.top < window.innerHeight;
  }, id);
  await assertAccessible(page);
});
