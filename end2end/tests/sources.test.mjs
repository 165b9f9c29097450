// The status of sources: whole at every width, as a table where it has room and as cards where not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { usePortal } from '../lib/portal.mjs';

const portal = usePortal();

for (const width of [390, 768, 1024, 1280, 1920]) {
  for (const javaScript of [true, false]) {
    test(`nothing of a source is cut at ${width} px ${javaScript ? 'with' : 'without'} script`, async () => {
      const { page } = await portal.open('/catalog/sources', { javaScript, context: { viewport: { width, height: 900 } } });
      const table = page.getByRole('group', { name: 'Sources', exact: true });
      await table.getByText('billing.yaml').first().waitFor();
      const found = await table.evaluate((wrap) => {
        const { right } = wrap.getBoundingClientRect();
        const beyond = [];
        const seen = [...wrap.querySelectorAll('tbody td, tbody td *')].filter((element) => element.getClientRects().length > 0);
        for (const element of seen) {
          if (element.closest('.visually-hidden')) continue;
          const box = element.getBoundingClientRect();
          const hides = getComputedStyle(element).overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
          if (hides || box.right > right + 1) beyond.push(`${element.tagName}.${element.className.baseVal ?? element.className}`);
        }
        const row = wrap.querySelector('tbody tr');
        return { beyond, scroll: wrap.scrollWidth - wrap.clientWidth, room: wrap.clientWidth, display: getComputedStyle(row).display };
      });
      assert.deepEqual(found.beyond, []);
      assert.ok(found.scroll <= 1, `it scrolls sideways by ${found.scroll} px`);
      assert.equal(found.display, found.room < 1024 ? 'grid' : 'table-row', `at ${found.room} px`);
      // The button stands beside the place, not over it.
      const place = await table.locator('tbody tr .source-place .mono').first().boundingBox();
      const button = await table.getByRole('button', { name: 'Refresh' }).first().boundingBox();
      const apart = place.x + place.width <= button.x + 1 || place.y + place.height <= button.y + 1 || button.y + button.height <= place.y + 1;
      assert.ok(apart, 'the button covers the place');
    });
  }
}

test('the page belongs to the administration and leads to its overview', async () => {
  const { page } = await portal.open('/catalog/sources');
  await assertAccessible(page);
  await page.getByRole('navigation', { name: 'Breadcrumbs' }).getByRole('link', { name: 'Administration' }).click();
  await page.waitForURL(/\/catalog\/administration$/);
  const pending = page.locator('.count-tile', { hasText: 'entities to be removed' });
  assert.match(await pending.innerText(), /^7/);
  await pending.click();
  await page.waitForURL(/\/catalog\/administration\/removals$/);
  await page.getByRole('heading', { name: 'Held refreshes' }).waitFor();
  await page.getByText('would remove 7 of 8 entities').waitFor();
});
