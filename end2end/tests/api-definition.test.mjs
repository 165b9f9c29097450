// The definition of an API, in each of the four languages: read, filtered, shared by address.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { usePortal } from '../lib/portal.mjs';

const portal = usePortal();

const at = (name, rest = '') => `/catalog/default/api/${name}?tab=api${rest}`;

/** Each API of the demo, one of its items, and what its details say. */
const APIS = [
  { name: 'catalog-rest', format: 'OpenAPI 3.0.3', item: 'One entity by its name', says: 'Response 200, application/json' },
  { name: 'catalog-graphql', format: 'GraphQL', item: 'Entities that fit a filter', says: 'Arguments' },
  { name: 'run-events', format: 'AsyncAPI 2.6.0', item: 'Follow a run', says: 'Parameters of the channel' },
  { name: 'runner', format: 'Protocol Buffers (proto3)', item: 'Takes the next step', says: 'of another file' },
];

for (const device of ['desktop', 'phone']) {
  for (const { name, format, item, says } of APIS) {
    test(`${format} is shown on a ${device}`, async () => {
      const { page } = await portal.open(at(name), { device });
      await page.getByText(format).first().waitFor();
      const summary = page.locator('summary.api-head').filter({ hasText: item }).first();
      const details = summary.locator('..');
      assert.equal(await details.evaluate((it) => it.open), false);
      await summary.focus();
      await page.keyboard.press('Enter');
      await details.getByText(says).first().waitFor();
      const { wide, window } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth,
        window: document.documentElement.clientWidth,
      }));
      assert.ok(wide <= window, `the page is ${wide} px wide on a screen of ${window} px`);
      await assertAccessible(page);
    });
  }
}

test('an operation is found by words and shared by its address', async () => {
  const { page } = await portal.open('/catalog/default/api/catalog-rest');
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Definition' }).click();
  await page.waitForURL(/tab=api/);
  await page.getByRole('searchbox', { name: /find by path/i }).fill('locations');
  await page.waitForURL(/q=locations/);
  await page.getByText('1 of').first().waitFor();
  const details = page.locator('details.api-item');
  await details.first().locator('summary').click();
  await details.getByRole('link', { name: 'Link to this' }).click();
  await page.waitForURL(/item=api-deleteLocation#api-deleteLocation/);

  const shared = await portal.open(at('catalog-rest', '&item=api-deleteLocation#api-deleteLocation'));
  const open = shared.page.locator('#api-deleteLocation');
  await open.getByText('in path').waitFor();
  assert.equal(await open.evaluate((it) => it.open), true);
});

test('a definition needs no script', async () => {
  const { page } = await portal.open(at('catalog-rest', '&item=api-getEntityByName'), { javaScript: false });
  assert.ok(await page.locator('#api-getEntityByName').getByText('Response 404').isVisible());
  await page.getByRole('searchbox').fill('refresh');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=refresh/);
  assert.ok(await page.locator('summary.api-head').filter({ hasText: '/refresh' }).isVisible());
  const answer = await portal.fetch('/catalog-files/default/api/catalog-rest/definition');
  assert.match(await answer.text(), /^openapi: 3\.0\.3/);
  assert.match(answer.headers.get('content-disposition'), /catalog-rest\.yaml/);
});

test('APIs and components tell of one another', async () => {
  const { page } = await portal.open('/catalog/default/component/callboard');
  const provided = page.locator('.card').filter({ has: page.getByRole('heading', { name: 'Provides API' }) });
  await provided.getByText('asyncapi').waitFor();
  await provided.getByRole('link', { name: 'Run events' }).click();
  await page.waitForURL(/\/catalog\/default\/api\/run-events$/);
  const consumers = page.locator('.card').filter({ has: page.getByRole('heading', { name: /consumed by/i }) });
  await consumers.getByRole('link', { name: 'User interface' }).waitFor();
});
