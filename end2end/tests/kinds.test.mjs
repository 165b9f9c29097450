// A kind of one's own: added on the page, and its entity found, opened and drawn, without anybody
// touching its descriptor.

import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { hydrated } from '../lib/browser.mjs';
import { usePortal } from '../lib/portal.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'callboard-kinds-'));
const KINDS = ['Queue', 'Topic', 'Vendor', 'Model'];

writeFileSync(
  path.join(folder, 'catalog.yaml'),
  `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: shop, title: The shop}
spec: {type: service, lifecycle: production, owner: team}
${KINDS.map(
  (kind) => `---
apiVersion: acme.example/v1
kind: ${kind}
metadata: {name: first, title: First ${kind.toLowerCase()}}
spec: {owner: team, size: 7, filledBy: [shop]}
`,
).join('')}`,
);
writeFileSync(
  path.join(folder, 'callboard.yaml'),
  `catalog:
  rules:
    - allow: [Component, Group, User]
  locations:
    - type: file
      target: ./catalog.yaml
`,
);

const portal = usePortal({ args: ['--config', path.join(folder, 'callboard.yaml')] });
after(() => rm(folder, { recursive: true, force: true }));

const SCHEMA = `type: object
required: [owner]
properties:
  owner: {type: string}
  size: {type: integer, title: How large}
`;

async function fill(page, kind) {
  await page.getByLabel('Name', { exact: false }).first().fill(kind);
  await page.getByLabel('API versions').fill('acme.example/v1');
  await page.getByLabel('Title', { exact: true }).fill(`${kind} of ours`);
  await page.getByLabel('Plural title').fill(`${kind}s of ours`);
  await page.locator('.icon-choice[title="inbox"]').click();
  await page.getByLabel('Schema of the spec').fill(SCHEMA);
  const second = page.getByRole('group', { name: 'Relation 2' });
  await second.getByLabel('Field of the spec').fill('filledBy');
  await second.getByLabel('Default kind').fill('Component');
  await second.getByLabel('Relation', { exact: true }).fill('filledBy');
  await second.getByLabel('Inverse relation').fill('fills');
}

async function inFull(page, kind, script) {
  const settled = async () => script && (await hydrated(page));
  await page.getByRole('link', { name: 'Add a kind' }).click();
  await page.waitForURL(/kinds\/new$/);
  await fill(page, kind);

  // What does not make sense comes back, with everything that was typed.
  await page.getByLabel('Schema of the spec').fill('type: object\nrequired: 5\n');
  await page.getByRole('button', { name: 'Add the kind' }).click();
  await page.locator('#form-errors').getByRole('link', { name: /^Schema: line 2, column 11 \/required/ }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'form-errors');
  await settled();
  assert.equal(await page.getByLabel('Plural title').inputValue(), `${kind}s of ours`);
  assert.ok(await page.locator('input[name=icon][value=inbox]').isChecked());
  await page.getByLabel('Schema of the spec').fill(SCHEMA);
  await page.getByLabel('Sample YAML').fill(
    `apiVersion: acme.example/v1\nkind: ${kind}\nmetadata: {name: a}\nspec: {owner: team, size: x}\n`,
  );
  await page.getByRole('button', { name: 'Try' }).click();
  await page.getByText('/spec/size must be integer').waitFor();
  await settled();
  await page.getByRole('button', { name: 'Add the kind' }).click();
  await page.waitForURL(/administration\/kinds$/);
  await page.getByRole('link', { name: `${kind} of ours` }).click();

  // Nobody has touched the descriptor.
  await page.waitForURL(new RegExp(`kind=${kind.toLowerCase()}`));
  await page.getByRole('heading', { name: `${kind}s of ours` }).waitFor();
  await page.getByRole('link', { name: `First ${kind.toLowerCase()}` }).first().click();
  await page.waitForURL(new RegExp(`/catalog/default/${kind.toLowerCase()}/first`));
  await page.getByText('How large').waitFor();
  await page.getByRole('link', { name: 'The shop' }).first().click();
  await page.waitForURL(/\/catalog\/default\/component\/shop/);
  await page.getByRole('link', { name: `First ${kind.toLowerCase()}` }).first().waitFor();

  // Removing it says what becomes of its entity, which stays.
  await page.goto(`/catalog/administration/kinds/${kind}`);
  await settled();
  await page.getByText(`1 entity has the kind ${kind}`).first().waitFor();
  const ask = script ? page.getByRole('button', { name: 'Remove the kind' }) : page.locator('summary').filter({ hasText: 'Remove the kind' });
  await ask.click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.waitForURL(/administration\/kinds$/);
  await page.goto(`/catalog/default/${kind.toLowerCase()}/first`);
  await page.getByText('this is the last valid version').waitFor();
}

let next = 0;
for (const device of ['desktop', 'phone']) {
  for (const javaScript of [true, false]) {
    const kind = KINDS[next++];
    test(`a kind on a ${device} ${javaScript ? 'with' : 'without'} script`, async () => {
      const { page, problems } = await portal.open('/catalog/administration/kinds', {
        device,
        javaScript,
      });
      await inFull(page, kind, javaScript);
      // The form that comes back says in its status that it was refused.
      problems.expect(/status of 400/);
    });
  }
}

test('both pages are accessible', async () => {
  const { page } = await portal.open('/catalog/administration/kinds/new');
  await assertAccessible(page);
  await page.goto('/catalog/administration/kinds');
  await hydrated(page);
  await assertAccessible(page);
});
