// What every form has in common: all errors at their fields and in one summary, nothing that was
// typed is lost, and what cannot be undone asks first; with and without script.

import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { hydrated } from '../lib/browser.mjs';
import { usePortal } from '../lib/portal.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'callboard-forms-'));
writeFileSync(
  path.join(folder, 'template.yaml'),
  `apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: hosts, title: Hosts}
spec:
  type: service
  owner: group:platform
  parameters:
    - title: Hosts
      properties:
        hosts:
          title: Hosts
          type: array
          items:
            type: object
            required: [name, key]
            properties:
              name: {type: string, title: Host name}
              key: {type: string, title: Key, ui:field: Secret}
  steps:
    - {id: log, name: Log, action: debug:log, input: {message: done}}
`,
);
writeFileSync(
  path.join(folder, 'callboard.yaml'),
  'catalog:\n  locations:\n    - type: file\n      target: ./template.yaml\n      rules:\n        - allow: [Template]\n',
);
const portal = usePortal();
const withHosts = usePortal({ args: ['--config', path.join(folder, 'callboard.yaml')] });
after(() => rm(folder, { recursive: true, force: true }));

const EDIT = '/catalog/default/component/callboard/edit';
const IMPORT = '/create/templates/default/import-repository';
const HOSTS = '/create/templates/default/hosts';
const RESTORED = /Restored what you typed/;

const button = (page, name) => page.getByRole('button', { name, exact: true });
const field = (page, name) => page.getByRole('textbox', { name, exact: true });
const focused = (page, id) => page.waitForFunction((id) => document.activeElement?.id === id, id);
const summary = (page) => page.locator('#form-errors');

/** Leaves the page by the menu, within the program. */
async function leave(page) {
  await page.getByRole('link', { name: 'Docs' }).locator('visible=true').first().click();
  await page.waitForURL(/\/docs$/);
}

for (const javaScript of [true, false]) {
  const how = `${javaScript ? 'with' : 'without'} script`;

  test(`Register says at the address what is missing or refused ${how}`, async () => {
    const { page } = await portal.open('/catalog/register', { javaScript });
    await button(page, 'Preview').click();
    await page.waitForURL(/address=/);
    await summary(page).getByRole('link', { name: /Enter the URL/ }).waitFor();
    await focused(page, 'form-errors');
    await page.locator('#field-address-error').filter({ hasText: 'Enter the URL' }).waitFor();
    const address = page.getByLabel('Descriptor or repository');
    await address.fill('https://refused.example/catalog-info.yaml');
    if (javaScript) await hydrated(page);
    await button(page, 'Preview').click();
    await page.waitForURL(/refused/);
    await page.locator('#field-address-error').filter({ hasText: 'refused.example' }).waitFor();
    assert.equal(await page.getByText('Nothing to register').count(), 0);
    await focused(page, 'form-errors');
  });

  test(`a refused edit names every tag and link at fault ${how}`, async () => {
    const { page, problems } = await portal.open(EDIT, { javaScript });
    await page.getByLabel('Tags').fill('Bad Tag, ok');
    await page.getByLabel('Links').fill('https://a.example\nfoo Title');
    await button(page, 'Save').click();
    await summary(page).getByText('Fix 2 errors to continue').waitFor();
    await focused(page, 'form-errors');
    await summary(page).getByRole('link', { name: /Tag "Bad Tag": expected lower case letters/ }).waitFor();
    await page.locator('#field-links-error').filter({ hasText: 'Link 2, URL: expected' }).waitFor();
    assert.equal(await page.getByLabel('Tags').inputValue(), 'Bad Tag, ok');
    await summary(page).getByRole('link', { name: /Bad Tag/ }).click();
    if (javaScript) {
      await focused(page, 'field-tags');
      await assertAccessible(page);
    }
    problems.expect(/status of 400|400 .*overlay_save/);
  });

  test(`a refused kind says all with the labels of its fields ${how}`, async () => {
    const { page, problems } = await portal.open('/catalog/administration/kinds/new', { javaScript });
    await page.getByLabel('API versions').fill('x y z');
    await page.getByRole('group', { name: 'Relation 2' }).getByLabel('Field of the spec').fill('filledBy');
    await button(page, 'Add the kind').click();
    await summary(page).getByRole('link', { name: /^Name: / }).waitFor();
    await summary(page).getByRole('link', { name: /^Relation 2, Relation: / }).first().waitFor();
    await focused(page, 'form-errors');
    problems.expect(/status of 400/);
  });

  test(`a list with secrets has fields of its own ${how}`, async () => {
    const { page, problems } = await withHosts.open(HOSTS, { javaScript });
    const row = page.getByRole('group', { name: 'Hosts 1' });
    assert.equal(await row.getByLabel('Key').getAttribute('type'), 'password');
    await row.getByLabel('Host name').fill('first');
    await button(page, 'Create').click();
    await summary(page).getByRole('link', { name: 'Hosts 1, Key must be filled in.' }).waitFor();
    assert.equal(await row.getByLabel('Host name').inputValue(), 'first');
    if (javaScript) {
      await button(page, 'Add a row').click();
      await page.getByRole('group', { name: 'Hosts 2' }).getByLabel('Host name').fill('second');
      await page.getByRole('group', { name: 'Hosts 2' }).getByLabel('Key').fill('hunter3');
      const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
      assert.ok(kept.includes('second') && !kept.includes('hunter'), kept);
      // Left and opened again: the rows are there, their secrets are not.
      await leave(page);
      await page.goBack();
      await page.getByText('Restored what you typed, except secrets.').waitFor();
      assert.equal(await page.getByRole('group', { name: 'Hosts 2' }).getByLabel('Host name').inputValue(), 'second');
      await page.getByRole('group', { name: 'Hosts 2' }).getByLabel('Key').fill('hunter3');
    }
    await page.getByRole('group', { name: 'Hosts 1' }).getByLabel('Key').fill('hunter2');
    await button(page, 'Create').click();
    await page.waitForURL(/\/create\/runs\//);
    const run = await page.content();
    assert.ok(run.includes('first') && !run.includes('hunter'));
    if (javaScript) {
      await hydrated(page);
      await page.goto(HOSTS);
      await hydrated(page);
      assert.equal(await page.getByText(RESTORED).count(), 0, 'what was sent is forgotten');
    }
    // The browser takes several secrets for several ways to sign in.
    problems.expect(/Multiple forms should be contained/);
  });

  test(`conditions are said with the labels of the options ${how}`, async () => {
    const { page } = await portal.open(IMPORT, { javaScript });
    const words = page.getByText('Only if Cloud is Google Cloud.');
    assert.equal(await words.locator('visible=true').count(), javaScript ? 0 : 1);
    assert.equal(await page.getByText(/Cloud is gcp/).count(), 0);
  });
}

test('Next begins at the heading of the next step, and Back of the browser leads to the one before', async () => {
  const { page } = await portal.open(IMPORT);
  await field(page, 'Clone address').fill('https://git.example.com/shop/orders.git');
  await field(page, 'Name').fill('orders');
  await page.getByRole('combobox', { name: 'Owner', exact: true }).selectOption({ label: 'Platform' });
  await button(page, 'Next').click();
  await focused(page, 'form-page-2');
  assert.match(page.url(), /#step-2$/);
  await page.goBack();
  await focused(page, 'form-page-1');
  assert.ok(await field(page, 'Name').isVisible());
  assert.equal(await field(page, 'Name').inputValue(), 'orders');
  await page.goForward();
  await focused(page, 'form-page-2');
  await button(page, 'Back').click();
  await focused(page, 'form-page-1');
  // Left from the second step and back again: the step and everything typed is there.
  await button(page, 'Next').click();
  await focused(page, 'form-page-2');
  await page.getByRole('combobox', { name: 'Cloud', exact: true }).selectOption({ label: 'AWS' });
  await field(page, 'AWS account').fill('123456789012');
  await leave(page);
  await page.goBack();
  await page.getByText(RESTORED).waitFor();
  await page.waitForFunction(() => location.hash === '#step-2');
  await field(page, 'AWS account').waitFor();
  assert.equal(await field(page, 'AWS account').inputValue(), '123456789012');
  await button(page, 'Back').click();
  assert.equal(await field(page, 'Name').inputValue(), 'orders');
  await assertAccessible(page);
});

for (const [name, address, label] of [
  ['Edit', EDIT, 'Description'],
  ['Kinds', '/catalog/administration/kinds/new', 'Description'],
  ['Register', '/catalog/register', 'Descriptor'],
]) {
  for (const device of ['desktop', 'phone']) {
    test(`what is typed in ${name} is there again on return on a ${device}`, async () => {
      const { page } = await portal.open(address, { device });
      const text = page.getByLabel(label, { exact: true });
      const before = await text.inputValue();
      await text.fill('Typed with care');
      if (device === 'phone') await page.goto('/docs');
      else await leave(page);
      await page.goto(address);
      await hydrated(page);
      await page.getByText(RESTORED).waitFor();
      assert.equal(await text.inputValue(), 'Typed with care');
      await assertAccessible(page);
      await button(page, 'Discard').click();
      await page.getByText(RESTORED).waitFor({ state: 'detached' });
      assert.equal(await text.inputValue(), before);
      await page.reload();
      await hydrated(page);
      assert.equal(await page.getByText(RESTORED).count(), 0);
    });
  }
}

test('secrets are spoken of only where there are some', async () => {
  const { page } = await portal.open(IMPORT);
  await field(page, 'Clone address').fill('https://git.example.com/shop/orders.git');
  await field(page, 'Name').fill('plain');
  await page.getByRole('combobox', { name: 'Owner', exact: true }).selectOption({ label: 'Platform' });
  await button(page, 'Next').click();
  await button(page, 'Create').click();
  await page.waitForURL(/\/create\/runs\//);
  const id = new URL(page.url()).pathname.split('/').pop();
  await page.goto(`${IMPORT}?run=${id}`);
  await page.getByText('Filled with the values of run').waitFor();
  assert.equal(await page.getByText('Secrets are empty').count(), 0);
});
