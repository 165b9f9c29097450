// The way of somebody new: look, filter, make something, clone it, find it, read about it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { hydrated } from '../lib/browser.mjs';
import { usePortal } from '../lib/portal.mjs';

const portal = usePortal();
const run = promisify(execFile);

const WIDGETS = ['dora', 'catalog', 'repository-activity', 'techdocs', 'world-clock'];

for (const device of ['desktop', 'phone']) {
  test(`the dashboard shows five widgets with real data on a ${device}`, async () => {
    const { page } = await portal.open('/', { device });
    for (const name of WIDGETS) {
      const widget = page.locator(`[data-widget="${name}"]`);
      await widget.locator('.widget-source').waitFor();
    }
    const commits = page.locator('[data-widget="repository-activity"]');
    await commits.getByText(/\d+ commits? by/).waitFor();
    assert.match(await page.locator('[data-widget="techdocs"]').innerText(), /Callboard/);
    const clock = page.locator('[data-widget="world-clock"] .clock-seconds').first();
    const before = await clock.innerText();
    await page.waitForFunction(
      ([selector, text]) => document.querySelector(selector)?.textContent !== text,
      ['[data-widget="world-clock"] .clock-seconds', before],
    );
  });

  test(`a template makes a repository, an entity and its docs on a ${device}`, async () => {
    const name = `ledger-${device}`;
    const { page } = await portal.open('/catalog', { device });

    await page.getByRole('searchbox', { name: /find by name/i }).fill('scaffolder');
    await page.waitForURL(/q=scaffolder/);
    await page.getByRole('link', { name: 'Scaffolder' }).first().waitFor();
    await page.getByRole('link', { name: 'Tenant database' }).waitFor({ state: 'detached' });

    await page.goto('/create/templates/default/service');
    await hydrated(page);
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Description').fill('Keeps the books');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('combobox', { name: 'Owner', exact: true }).selectOption({ label: 'Platform' });
    await page.getByRole('button', { name: 'Create', exact: true }).click();

    await page.waitForURL(/\/create\/runs\//);
    await page.locator('[data-task-status="completed"]').waitFor({ state: 'attached' });
    await page.getByText('Run completed with status: completed').waitFor({ state: 'attached' });
    const link = page.getByRole('link', { name: 'Open in the catalog' });
    await link.waitFor();
    const kept = await page.getByText(/keeps the repository as/).innerText();
    const [, address] = /as (repositories\/\S+\.git)/.exec(kept);
    const remote = path.join(portal.server.dataDir, 'tenants', 'default', address);

    const folder = await mkdtemp(path.join(tmpdir(), 'callboard-clone-'));
    try {
      await run('git', ['clone', '--quiet', remote, path.join(folder, name)]);
      const descriptor = await readFile(path.join(folder, name, 'catalog-info.yaml'), 'utf8');
      assert.match(descriptor, new RegExp(`name: ${name}`));
    } finally {
      await rm(folder, { recursive: true });
    }

    await link.click();
    await page.waitForURL(new RegExp(`/catalog/default/component/${name}`));
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.locator('main').getByRole('link', { name: 'Docs', exact: true }).click();
    await page.waitForURL(/\/docs\//);
    await page.getByText('Keeps the books').first().waitFor();
  });
}

test('forms work without script, and keep what was typed when it does not fit', async () => {
  const { page } = await portal.open('/create/templates/default/service', { javaScript: false });
  await page.getByLabel('Name').fill('plain-form');
  await page.getByLabel('Description').fill('Made without script');
  await page.getByLabel('Port').fill('9090');
  await page.getByRole('combobox', { name: 'Owner', exact: true }).selectOption({ label: 'Platform' });
  // What a browser would refuse to send comes from a script as well.
  const refused = await page.context().request.post(`${portal.url}/create/start`, {
    form: { template_ref: 'template:default/service', 'f.name': 'No Good', 'f.port': 'eighty' },
    headers: { origin: portal.url, 'sec-fetch-site': 'same-origin' },
  });
  const text = await refused.text();
  assert.match(text, /Fix \d errors to continue/);
  assert.match(text, /Port must be a whole number; &quot;eighty&quot; is not|Port must be a whole number; "eighty" is not/);
  assert.match(text, /value="No Good"/);

  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.waitForURL(/\/create\/runs\//);
  for (let tries = 0; tries < 40; tries += 1) {
    if ((await page.locator('[data-task-status="completed"]').count()) > 0) break;
    await page.waitForTimeout(250);
    await page.reload();
  }
  assert.equal(await page.locator('[data-task-status="completed"]').count(), 1);
});

test('a widget can be hidden and shown again', async () => {
  const { page } = await portal.open('/?customize=1');
  await page.getByRole('button', { name: 'Hide: Docs' }).click();
  await page.getByRole('button', { name: 'Docs', exact: true }).waitFor();
  assert.equal(await page.locator('[data-widget="techdocs"]').count(), 0);
  await page.getByRole('button', { name: 'Docs', exact: true }).click();
  await page.locator('[data-widget="techdocs"]').waitFor();
  await page.getByRole('button', { name: 'Reset' }).click();
});

test('REST wants a token, and pages of another site may not write', async () => {
  const answer = await portal.fetch('/api/catalog/entities');
  assert.equal(answer.status, 401);
  assert.equal((await answer.json()).error.message, 'Missing credentials');
  const write = await portal.fetch('/session/sign-out', { method: 'POST', headers: { origin: 'http://evil.example' } });
  assert.equal(write.status, 403);
});
