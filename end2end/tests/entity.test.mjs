// The page of an entity: what one sees first, what refreshing says, and a form that loses nothing.

import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { usePortal } from '../lib/portal.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'callboard-entity-'));
after(() => rm(folder, { recursive: true, force: true }));
const LONG = `url:https://git.example.com/platform/${'deeply/'.repeat(12)}catalog-info.yaml`;

function descriptor(description = 'Sells things') {
  return `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
  title: The shop
  description: ${description}
  annotations:
    example.com/where: ${LONG}
    example.com/a-rather-long-name-of-an-annotation: short
spec: {type: service, lifecycle: production, owner: platform, dependsOn: [resource:store]}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: store}
spec: {type: database, owner: platform}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: platform, title: Platform team}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: robin.dale, title: Robin Dale}
spec: {memberOf: [platform]}
`;
}

const place = path.join(folder, 'catalog.yaml');
writeFileSync(place, descriptor());
writeFileSync(
  path.join(folder, 'callboard.yaml'),
  `catalog:
  rules: [{allow: [Component, Group, Resource, User]}]
  locations: [{type: file, target: ${place}}]
`,
);
const portal = usePortal({ demo: true, args: ['--config', path.join(folder, 'callboard.yaml')] });
const SHOP = '/catalog/default/component/shop';

for (const device of ['desktop', 'phone']) {
  test(`the head says what it is at one glance on a ${device}`, async () => {
    const { page } = await portal.open(SHOP, { device });
    const facts = page.locator('.facts');
    await facts.getByRole('link', { name: 'Platform team' }).waitFor();
    await facts.getByText('production').waitFor();
    const { y, height } = await facts.boundingBox();
    assert.ok(y + height < 480, 'without scrolling');
    await page.getByRole('heading', { name: 'Nearby' }).waitFor();
    await page.getByRole('heading', { name: 'Recent changes' }).waitFor();
    assert.match(await page.title(), /^The shop · Component · /);
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'History' }).click();
    await page.waitForURL(/tab=history/);
    await page.waitForFunction(() => document.title.includes(' · History · '));
    await page.getByRole('heading', { name: 'Compare versions' }).waitFor();
  });

  test(`annotations are folded, and long values are cut on a ${device}`, async () => {
    const { page } = await portal.open(SHOP, { device });
    const fold = page.getByText(/^Annotations and labels/);
    assert.ok(!(await page.getByText('example.com/where').isVisible()));
    await fold.click();
    await page.getByText('example.com/where').waitFor();
    assert.equal(await page.getByText(/managed-by/).count(), 0);
    for (const item of await page.locator('.annotation').all()) {
      const [name, value] = [await item.locator('dt').boundingBox(), await item.locator('dd').boundingBox()];
      const apart = name.x + name.width <= value.x + 1 || name.y + name.height <= value.y + 1;
      assert.ok(apart, 'a name does not run under its value');
    }
    const long = page.locator('.annotation').filter({ hasText: 'example.com/where' });
    assert.ok((await long.locator('dd').boundingBox()).height < 40, 'one line');
    await long.getByRole('button', { name: 'Copy' }).waitFor();
    await assertAccessible(page);
  });
}

test('a tab that is not there is the first one', async () => {
  const { page } = await portal.open(`${SHOP}?tab=nonsense`);
  const views = page.getByRole('navigation', { name: 'Views' });
  // Only APIs have a definition.
  for (const tab of ['nonsense', 'api', '']) {
    await page.goto(`${SHOP}?tab=${tab}`);
    await page.getByRole('heading', { name: 'Nearby' }).waitFor();
    assert.equal((await views.locator('[aria-current="page"]').innerText()).trim(), 'Overview', tab);
    assert.match(await page.title(), /^The shop · Component · Callboard$/);
  }
});

test('an entity that is not there is named in the window', async () => {
  const { page } = await portal.open('/catalog/default/component/nope', { status: 404 });
  await page.getByRole('heading', { name: 'Component nope not found' }).waitFor();
  assert.match(await page.title(), /^Component nope not found · /);
});

test('authors are named, and lead to their page', async () => {
  const { page } = await portal.open(`${SHOP}/edit`);
  await page.getByLabel('Lifecycle').fill('deprecated');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  for (const target of [`${SHOP}/edit`, SHOP, `${SHOP}?tab=history`, '/catalog/changes?change=edited']) {
    await page.goto(target);
    const name = page.locator('main').getByRole('link', { name: 'Robin Dale' }).first();
    await name.waitFor();
    assert.equal(await name.getAttribute('title'), 'user:default/robin.dale', target);
    assert.equal(await page.locator('main').getByText('user:default/robin.dale', { exact: true }).count(), 0, target);
  }
  await page.goto(`${SHOP}?tab=history`);
  assert.equal(await page.getByText(/edited-fields|managed-by/).count(), 0, 'what the catalog notes for itself');
  await page.getByRole('link', { name: 'Edited in the portal' }).first().click();
  await page.waitForURL(/to=\d+/);
  await page.getByRole('cell', { name: 'spec.lifecycle' }).waitFor();
  assert.equal(await page.getByText(/edited-fields|managed-by/).count(), 0);
  await page.goto(`${SHOP}/edit`);
  await page.getByRole('button', { name: 'Revert to catalog-info.yaml' }).click();
  await page.getByRole('button', { name: 'Revert', exact: true }).click();
  await page.getByText('Edited in the portal').waitFor({ state: 'detached' });
});

test('a refresh says that it began, ended and what changed', async () => {
  const { page } = await portal.open(SHOP);
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  const line = page.locator('.refresh-line');
  await line.getByText(/^Refreshed: /).waitFor();
  await page.locator('.toasts').getByText(/^Refreshed: /).waitFor();

  await writeFile(place, `${descriptor()}---\nkind: [\n`);
  await page.goto('/catalog/sources');
  const row = page.locator('tr').filter({ hasText: 'catalog.yaml' });
  await row.getByText('Error', { exact: true }).waitFor({ timeout: 1000 }).catch(() => {});
  for (let tries = 0; (await row.getByText('Error', { exact: true }).count()) === 0; tries++) {
    assert.ok(tries < 100, 'the source says so');
    await page.waitForTimeout(100);
    await page.reload();
  }
  await row.getByText(/catalog\.yaml:\d+/).first().waitFor();
  await writeFile(place, descriptor());
  for (let tries = 0; (await row.getByText('OK', { exact: true }).count()) === 0; tries++) {
    assert.ok(tries < 100, 'the source is well again');
    await page.waitForTimeout(100);
    await page.reload();
  }
});

test('a refresh without script leads back to the page, which says what it did', async () => {
  const { page } = await portal.open(SHOP, { javaScript: false });
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await page.waitForURL((url) => url.pathname === SHOP && url.searchParams.has('refreshed'));
  await page.getByText('Refreshed: nothing changed.').waitFor();
});

for (const javaScript of [true, false]) {
  const how = javaScript ? 'with' : 'without';
  test(`an unknown owner loses nothing that was typed ${how} script`, async () => {
    const { page, problems } = await portal.open(`${SHOP}/edit`, { javaScript });
    await page.getByText('Changes are stored here; catalog-info.yaml is not modified').waitFor();
    await page.getByLabel('Description').fill('Typed with care');
    await page.getByLabel('Owner').fill('platfrom');
    await page.getByLabel('Tags').fill('one, two');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Fix 1 error to continue').first().waitFor();
    await page.locator('#field-owner-error').filter({ hasText: 'platfrom' }).waitFor();
    assert.equal(await page.getByLabel('Description').inputValue(), 'Typed with care');
    assert.equal(await page.getByLabel('Owner').inputValue(), 'platfrom');
    assert.equal(await page.getByLabel('Tags').inputValue(), 'one, two');
    assert.equal(await page.getByLabel('Owner').getAttribute('aria-invalid'), 'true');
    problems.expect(/status of 400|400 .*overlay_save/);

    // A name stands for a group, and owners are offered with their titles.
    const offered = page.locator('#field-owner-list option[value="group:default/platform"]');
    assert.match(await offered.evaluate((option) => option.textContent), /Platform team/);
    await page.getByLabel('Owner').fill('platform');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    // The way back asks first: in a dialog with script, in lines that unfold without.
    const asks = javaScript ? page.getByRole('button', { name: 'Revert to catalog-info.yaml' }) : page.locator('summary').filter({ hasText: 'Revert to' });
    await asks.first().waitFor();
    for (let left = await asks.count(); left > 0; left--) {
      await asks.first().click();
      await page.getByText('The value stored here is removed').locator('visible=true').waitFor();
      assert.equal(await asks.count(), left, 'nothing is removed yet');
      await page.getByRole('button', { name: 'Revert', exact: true }).click();
      await page.waitForFunction(
        (left) => document.querySelectorAll('.confirm').length < left,
        left,
      );
    }
  });
}

for (const width of [320, 768, 1024]) {
  test(`the pages of an entity fit a screen of ${width} px`, async () => {
    const { page } = await portal.open(SHOP, { context: { viewport: { width, height: 800 } } });
    for (const target of [SHOP, `${SHOP}?tab=relations`, `${SHOP}?tab=history`, `${SHOP}/edit`, '/catalog/sources', '/catalog/changes', '/catalog/administration/kinds']) {
      await page.goto(target);
      const { scroll, client } = await page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        client: document.documentElement.clientWidth,
      }));
      assert.ok(scroll <= client, `${target} is ${scroll} px wide`);
    }
  });
}
