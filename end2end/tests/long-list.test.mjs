// Long lists: their far rows are folded, and made when somebody unfolds them.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { hydrated } from '../lib/browser.mjs';
import { usePortal } from '../lib/portal.mjs';

/** A database that many services need. */
const CROWD = 130;
const CROWDED = '/catalog/default/resource/crowded';

const folder = mkdtempSync(path.join(tmpdir(), 'callboard-graph-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const described = (kind, name, spec) => `apiVersion: backstage.io/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {${spec}}\n`;
const service = (number) =>
  described('Component', `visitor-${number}`, "type: service, lifecycle: production, owner: platform, dependsOn: ['resource:crowded']");
const all = [described('Resource', 'crowded', 'type: database, owner: platform'), ...Array.from({ length: CROWD }, (_, number) => service(number))];
writeFileSync(path.join(folder, 'crowd.yaml'), all.join('---\n'));
writeFileSync(
  path.join(folder, 'callboard.yml'),
  `catalog: {rules: [{allow: [Component, Resource]}], locations: [{type: file, target: "${folder}/crowd.yaml"}]}\n`,
);
const portal = usePortal({ args: ['--config', path.join(folder, 'callboard.yml')] });

test('the far rows of a long list are there when they are unfolded', async () => {
  const { page } = await portal.open(CROWDED);
  await page.evaluate(() => (window.stays = true));
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Relations' }).click();
  await page.getByRole('heading', { name: 'As a list' }).waitFor();
  const far = page.locator('details.table-more');
  await far.locator('summary').click();
  const rows = far.locator('tbody tr');
  await rows.first().waitFor();
  const said = Number.parseInt(await far.locator('summary').innerText(), 10);
  assert.equal(await rows.count(), said);
  assert.ok(said >= CROWD - 100, `${said} more`);
  await rows.last().getByRole('link').click();
  await page.waitForURL(/\/component\/visitor-\d+/);
  assert.equal(await page.evaluate(() => window.stays), true, 'the page is not loaded anew');
});

test('what is out of sight of a large diagram is drawn too, and walked by keyboard in order', async () => {
  const { page } = await portal.open(CROWDED);
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Relations' }).click();
  const frame = page.getByRole('group', { name: /^Relations of/ });
  const nodes = frame.locator('.graph-link');
  await page.waitForFunction((least) => document.querySelectorAll('.graph-link').length > least, CROWD);
  assert.equal(await page.locator('.graph-block:empty').count(), 0);
  const names = await nodes.evaluateAll((links) => links.map((link) => link.getAttribute('aria-label')));
  assert.equal(new Set(names).size, names.length, 'each once');
  const tops = await nodes.evaluateAll((links) =>
    links.map((link) => link.getBoundingClientRect()).map(({ left, top }) => [Math.round(left), Math.round(top)]),
  );
  assert.deepEqual(tops, [...tops].sort(([a, b], [c, d]) => a - c || b - d), 'column by column');
  // Another question draws another diagram in the same place.
  await page.getByLabel('Direction').selectOption('out');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.waitForURL(/direction=out/);
  await page.waitForFunction(() => document.querySelectorAll('.graph-link, .graph-dangling').length < 10);
  assert.equal(await frame.getByRole('link', { name: /^visitor-/ }).count(), 0);
});

test('a large diagram that came with its page stays when it is hydrated', async () => {
  const { page } = await portal.open(`${CROWDED}?tab=relations`, { javaScript: false });
  assert.ok((await page.locator('.graph-link').count()) > CROWD);
  const { page: alive } = await portal.open(`${CROWDED}?tab=relations`, { hydrate: false });
  await alive.evaluate(() => (document.querySelector('.graph-link').from = 'the server'));
  await hydrated(alive);
  assert.equal(await alive.evaluate(() => document.querySelector('.graph-link').from), 'the server');
  assert.ok((await alive.locator('.graph-link').count()) > CROWD);
});

test('the far rows of a long list need no script', async () => {
  const { page } = await portal.open(`${CROWDED}?tab=relations`, { javaScript: false });
  const far = page.locator('details.table-more');
  assert.equal(await far.locator('tbody tr').first().isVisible(), false);
  await far.locator('summary').click();
  assert.ok(await far.locator('tbody tr').last().isVisible());
});

test('the far rows that came with a page stay when it is hydrated', async () => {
  const { page } = await portal.open(`${CROWDED}?tab=relations`);
  const far = page.locator('details.table-more');
  assert.ok((await far.locator('tbody tr').count()) >= CROWD - 100);
  await far.locator('summary').click();
  assert.ok(await far.locator('tbody tr').last().isVisible());
});
