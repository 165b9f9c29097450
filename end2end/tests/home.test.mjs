// Home: what waits for the person comes first, then what changed; the grid has no holes, and what
// cannot be measured is one line.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { usePortal } from '../lib/portal.mjs';

const WIDTHS = [390, 768, 1024, 1280, 1920];

/** A repository whose commits are written and made at the same time. */
const repository = mkdtempSync(path.join(tmpdir(), 'callboard-straight-'));
after(() => rmSync(repository, { recursive: true, force: true }));
const now = Math.floor(Date.now() / 1000);
const git = (at, ...args) => {
  const date = `@${at} +0000`;
  const env = { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], { cwd: repository, env });
};
git(now, 'init', '--quiet', '--initial-branch=main');
for (let days = 20; days > 0; days -= 4) git(now - days * 86_400, 'commit', '--quiet', '--allow-empty', '-m', `Work ${days}`);

const portal = usePortal({ args: ['--repo', repository] });

/** The demo's own run fails a moment after the start. */
async function openHome(look) {
  for (let tries = 0; ; tries += 1) {
    const tab = await portal.open('/', look);
    const panel = tab.page.getByRole('region', { name: 'Needs you' });
    await panel.getByText('pending removal').waitFor();
    if (tries > 40 || (await panel.getByText('run failed').count()) > 0) return { ...tab, panel };
    await tab.context.close();
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

for (const width of WIDTHS) {
  for (const javaScript of [true, false]) {
    const look = { javaScript, context: { viewport: { width, height: 800 } } };
    const how = `${javaScript ? 'with' : 'without'} script at ${width} px`;

    test(`home begins with what waits and what changed ${how}`, async () => {
      const { page, panel } = await openHome(look);
      await panel.getByRole('link', { name: 'Import a repository' }).first().waitFor();
      await panel.getByRole('link', { name: '7 entities of' }).waitFor();
      await panel.getByRole('link', { name: /billing\.yaml/ }).waitFor();
      await panel.getByRole('link', { name: 'Shelf 1' }).waitFor();
      const changed = page.getByRole('region', { name: 'Changed since yesterday' });
      await changed.locator('.need').first().waitFor();
      assert.ok((await changed.locator('.need').count()) <= 6);
      // Both come before the widgets.
      const [first, widgets] = await Promise.all([panel.boundingBox(), page.locator('.dashboard').boundingBox()]);
      assert.ok(first.y + first.height <= widgets.y, 'what waits stands above the widgets');
      const scroll = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(scroll <= 0, `home scrolls sideways by ${scroll} px`);
      await changed.getByRole('link', { name: /changes?$/ }).click();
      await page.waitForURL(/\/catalog\/changes/);
    });

    test(`the grid has no holes ${how}`, async () => {
      const { page } = await portal.open('/', look);
      await page.locator('[data-widget="world-clock"] .widget-source').waitFor();
      const rows = await page.evaluate(() => {
        const grid = document.querySelector('.dashboard').getBoundingClientRect();
        const rows = new Map();
        for (const cell of document.querySelectorAll('.dashboard-cell')) {
          const { top, left, right } = cell.getBoundingClientRect();
          const row = rows.get(Math.round(top)) ?? { left, right };
          rows.set(Math.round(top), { left: Math.min(row.left, left), right: Math.max(row.right, right) });
        }
        return [...rows.values()].map(({ left, right }) => [left - grid.left, grid.right - right]);
      });
      for (const [before, behind] of rows) assert.ok(before < 2 && behind < 2, `a row leaves ${before} px and ${behind} px`);
    });

    test(`what cannot be measured is one line ${how}`, async () => {
      const { page } = await portal.open('/', look);
      const line = page.locator('[data-widget="dora"] .dora-missing li').filter({ hasText: 'Lead time' });
      await line.waitFor();
      assert.match(await line.innerText(), /Not enough data: author and commit times are equal\./);
      assert.equal(await page.getByText('Elite').count(), 0);
      if (width >= 768) {
        const box = await line.boundingBox();
        assert.ok(box.height < 32, `it is ${box.height} px high`);
      }
      await page.goto('/insights/delivery');
      await page.getByText('Not enough data: author and commit times are equal.').first().waitFor();
    });
  }
}

test('every entry leads to what it is about, and each number to its rows', async () => {
  const { page, panel } = await openHome({});
  await assertAccessible(page);
  await panel.getByRole('link', { name: 'Import a repository' }).first().click();
  await page.waitForURL(/\/create\/runs\//);
  await page.getByText('The run failed').waitFor();
  for (const [name, address] of [
    [/7 entities of/, /\/catalog\/administration/],
    [/billing\.yaml/, /\/catalog\/sources/],
    ['Shelf 1', /\/catalog\/default\/resource\/shelf-1/],
  ]) {
    await page.goto('/');
    await page.getByRole('region', { name: 'Needs you' }).getByRole('link', { name }).click();
    await page.waitForURL(address);
  }
  await page.goto('/');
  const numbers = page.locator('.stat-label');
  await numbers.first().waitFor();
  assert.equal(await numbers.count(), await numbers.locator('a').count(), 'every figure is a link');
});

test('the tiles of the catalog name several entities of a kind as people do', async () => {
  const { page } = await portal.open('/');
  const tile = (address) => page.locator(`[data-widget="catalog"] .count-tile[href="/catalog?kind=${address}"]`);
  await tile('component').waitFor();
  for (const [kind, one, many] of [['component', 'Component', 'Components'], ['resource', 'Resource', 'Resources'], ['job', 'Background job', 'Background jobs']]) {
    if ((await tile(kind).count()) === 0) continue;
    const [number, label] = (await tile(kind).innerText()).split('\n').filter(Boolean);
    assert.equal(label, number === '1' ? one : many);
  }
  assert.equal(await tile('location').count(), 0, 'what only points to sources is no entity');
});

test('home names no place on the disk of the server', async () => {
  const { page, panel } = await openHome({});
  await panel.getByText('moved-away/catalog-info.yaml').first().waitFor();
  await page.locator('[data-widget="repository-activity"] .widget-source').waitFor();
  const seen = await page.locator('main').innerText();
  assert.doesNotMatch(seen, /\/demo\/legacy|\/callboard-straight-/);
});

test('a widget that loses its neighbour fills the row', async () => {
  const { page } = await portal.open('/?customize=1');
  await page.getByRole('button', { name: 'Hide: World clock' }).click();
  await page.locator('[data-widget="world-clock"]').waitFor({ state: 'detached' });
  const [grid, docs] = await Promise.all([
    page.locator('.dashboard').boundingBox(),
    page.locator('[data-widget="techdocs"]').boundingBox(),
  ]);
  assert.ok(Math.abs(grid.width - docs.width) < 2, `${docs.width} px of ${grid.width} px`);
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.locator('[data-widget="world-clock"]').waitFor();
  await page.getByRole('link', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'Customize' }).waitFor();
});
