// What changed in the catalog: day by day, narrowed by its address, with a feed, and without script.

import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { usePortal } from '../lib/portal.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'callboard-changes-'));
after(() => rm(folder, { recursive: true, force: true }));
const place = path.join(folder, 'catalog.yaml');

const many = Array.from({ length: 60 }, (_, number) => `---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: store-${number}}
spec: {type: database, owner: storage}
`).join('');

function descriptor(lifecycle) {
  return `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: shop, title: The shop}
spec: {type: service, lifecycle: ${lifecycle}, owner: platform}
${many}`;
}

writeFileSync(place, descriptor('experimental'));
writeFileSync(
  path.join(folder, 'callboard.yaml'),
  `catalog:
  rules: [{allow: [Component, Resource]}]
  locations: [{type: file, target: ${place}}]
`,
);
const portal = usePortal({ args: ['--config', path.join(folder, 'callboard.yaml')] });

for (const device of ['desktop', 'phone']) {
  for (const javaScript of [true, false]) {
    test(`changes are listed by day and narrowed ${javaScript ? 'with' : 'without'} script on a ${device}`, async () => {
      await portal.fetch('/catalog/default/component/shop');
      await writeFile(place, descriptor('production'));
      const { page } = await portal.open('/catalog/changes?kind=component&change=changed', { device, javaScript });
      const line = page.getByText(/lifecycle: experimental → production/);
      for (let tries = 0; (await line.count()) === 0; tries++) {
        assert.ok(tries < 100, 'the change is listed');
        await page.waitForTimeout(100);
        await page.goto('/catalog/changes?kind=component&change=changed');
      }
      await page.getByRole('heading', { level: 2, name: /^\d{4}-\d\d-\d\d$/ }).first().waitFor();
      await page.getByRole('link', { name: 'The shop' }).first().waitFor();
      await page.getByRole('link', { name: /^Remove filter Change/ }).click();
      await page.waitForURL((url) => !url.search.includes('change='));
      await page.getByText('Added').first().waitFor();
      if (javaScript) await assertAccessible(page);

      await page.goto('/catalog/changes?kind=resource');
      await page.getByRole('link', { name: 'Older changes' }).click();
      await page.waitForURL(/before=\d+/);
      await page.getByRole('link', { name: 'Newest' }).waitFor();
      await page.goto('/catalog/changes?author=user:default/nobody');
      await page.getByText('No results').waitFor();
    });
  }
}

test('the feed has the filters of the page', async () => {
  const { page } = await portal.open('/catalog/changes?kind=component');
  const address = await page.getByRole('link', { name: 'Atom feed' }).getAttribute('href');
  assert.match(address, /\/catalog\/changes\.atom\?kind=component$/);
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const answer = await portal.fetch(address, { headers: { cookie } });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /atom\+xml/);
  const feed = await answer.text();
  assert.match(feed, /The shop/);
  assert.doesNotMatch(feed, /store-1/);
});
