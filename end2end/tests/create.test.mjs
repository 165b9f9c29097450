// Templates and runs: a form loses nothing, says everything that is wrong, and opens again with a
// run's values; with and without script, on every width.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { hydrated } from '../lib/browser.mjs';
import { usePortal } from '../lib/portal.mjs';

const portal = usePortal();

const WIDTHS = [390, 768, 1024, 1280];
const IMPORT = '/create/templates/default/import-repository';
const ADDRESS = 'https://git.example.com/shop/orders.git';

const viewport = (width) => ({ context: { viewport: { width, height: 800 } } });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const owner = (page) => page.getByRole('combobox', { name: 'Owner', exact: true });
const field = (page, name) => page.getByRole('textbox', { name, exact: true });
const choice = (page, name) => page.getByRole('combobox', { name, exact: true });

/** Fills in the first page; with script goes on to the second. */
async function fillFirst(page, javaScript, { url = ADDRESS, name = 'orders' } = {}) {
  await field(page, 'Clone address').fill(url);
  await field(page, 'Name').fill(name);
  await owner(page).selectOption({ label: 'Platform' });
  if (javaScript) await button(page, 'Next').click();
}

/** Opens the values a run was started with. */
async function valuesOfRun(page) {
  await page.waitForURL(/\/create\/runs\//);
  const values = page.locator('details.fold').filter({ hasText: 'Values' });
  await values.locator('summary').click();
  return values.locator('dl').innerText();
}

async function assertNarrow(page) {
  const { scroll, room } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    room: document.documentElement.clientWidth,
  }));
  assert.ok(scroll <= room, `${page.url()} is ${scroll} px wide on a screen of ${room} px`);
}

for (const width of WIDTHS) {
  for (const javaScript of [true, false]) {
    const how = `${javaScript ? 'with' : 'without'} script at ${width} px`;

    test(`all errors come at once, each at its field, and nothing is lost ${how}`, async () => {
      const { page } = await portal.open(IMPORT, { javaScript, ...viewport(width) });
      await field(page, 'Name').fill('No Good');
      await button(page, javaScript ? 'Next' : 'Create').click();
      const summary = page.locator('#form-errors');
      await summary.getByText('Fix 3 errors to continue').waitFor();
      await page.waitForFunction(() => document.activeElement?.id === 'form-errors');
      assert.equal(await field(page, 'Name').inputValue(), 'No Good');
      for (const name of ['Clone address', 'Owner']) {
        await summary.getByRole('link', { name: `${name} must be filled in.` }).waitFor();
      }
      await summary.getByRole('link', { name: /Name does not have the expected form/ }).waitFor();
      const wrong = await page.locator('.field-error').allInnerTexts();
      assert.equal(wrong.filter((text) => text !== '').length, 3, wrong.join(' | '));
      assert.equal(await field(page, 'Clone address').getAttribute('aria-invalid'), 'true');
      await assertNarrow(page);
      if (javaScript) {
        await assertAccessible(page);
        await summary.getByRole('link', { name: 'Clone address must be filled in.' }).click();
        await page.waitForFunction(() => document.activeElement?.name === 'f.url');
        // What is being mended is wrong no longer.
        await field(page, 'Clone address').fill(ADDRESS);
        await summary.getByText('Fix 2 errors to continue').waitFor();
      }
    });

    test(`owners are chosen by title, one's own first; a bare name is understood ${how}`, async () => {
      const { page } = await portal.open(IMPORT, { javaScript, ...viewport(width) });
      const groups = await owner(page).locator('optgroup').evaluateAll((all) => all.map(({ label }) => label));
      assert.deepEqual(groups, ['Yours', 'Others']);
      assert.equal(await owner(page).locator('option').nth(1).innerText(), 'Platform');
      // What is not in the list comes from a script, or from a list that has changed meanwhile.
      const form = { template_ref: 'template:default/import-repository', 'f.url': ADDRESS, 'f.name': 'orders', 'f.cloud': 'none', 'f.owner': 'platfrom' };
      const headers = { origin: portal.url, 'sec-fetch-site': 'same-origin' };
      const refused = await page.context().request.post(`${portal.url}/create/start`, { form, headers });
      // Checked before a run begins.
      assert.match(refused.url(), /draft=/);
      await page.goto(refused.url());
      await page.locator('#form-errors').getByText('Fix 1 error to continue').waitFor();
      await page.locator('#form-errors').getByRole('link', { name: /there is no such group/ }).waitFor();
      const written = page.getByLabel('Owner that is not in the list');
      assert.equal(await written.inputValue(), 'platfrom');
      if (javaScript) await hydrated(page);
      await written.fill('platform');
      if (javaScript) await button(page, 'Next').click();
      await button(page, 'Create').click();
      assert.match(await valuesOfRun(page), /group:default\/platform/);
    });

    test(`each choice brings its own field ${how}`, async () => {
      const { page } = await portal.open(IMPORT, { javaScript, ...viewport(width) });
      await fillFirst(page, javaScript);
      const [aws, gcp] = [field(page, 'AWS account'), field(page, 'GCP project')];
      if (javaScript) assert.ok(!(await aws.isVisible()) && !(await gcp.isVisible()));
      await choice(page, 'Cloud').selectOption({ label: 'Google Cloud' });
      if (javaScript) assert.ok(!(await aws.isVisible()), 'only the chosen one is asked for');
      await gcp.fill('my-project');
      await button(page, 'Create').click();
      assert.match(await valuesOfRun(page), /my-project/);
    });

    test(`a run starts again with its values ${how}`, async () => {
      const { page } = await portal.open(IMPORT, { javaScript, ...viewport(width) });
      await fillFirst(page, javaScript, { name: `again-${width}` });
      await choice(page, 'Java version').selectOption('17');
      await button(page, 'Create').click();
      await page.waitForURL(/\/create\/runs\//);
      for (let tries = 0; tries < 40; tries += 1) {
        if ((await page.locator('[data-task-status="failed"]').count()) > 0) break;
        await page.waitForTimeout(250);
        if (!javaScript) await page.reload();
      }
      await page.getByText('The run failed').waitFor();
      assert.match(await page.title(), /^Import a repository · [0-9a-f]{8} · Runs · Callboard$/);
      await assertNarrow(page);
      await page.getByRole('link', { name: 'Start again' }).click();
      await page.waitForURL(/run=/);
      await page.getByText('Filled with the values of run').waitFor();
      assert.equal(await field(page, 'Clone address').inputValue(), ADDRESS);
      assert.equal(await field(page, 'Name').inputValue(), `again-${width}`);
      assert.equal(await owner(page).inputValue(), 'group:default/platform');
      if (javaScript) await button(page, 'Next').click();
      // The option's own value, not what its text looks like.
      const chosen = choice(page, 'Java version').locator('option:checked');
      assert.equal(await chosen.innerText(), '17');
    });
  }
}

test('what is wrong on a page before is shown there', async () => {
  const { page } = await portal.open(IMPORT);
  await fillFirst(page, true);
  await choice(page, 'Cloud').selectOption({ label: 'AWS' });
  await field(page, 'AWS account').fill('12');
  await button(page, 'Create').click();
  const summary = page.locator('#form-errors');
  await summary.getByText('Fix 1 error to continue').waitFor();
  await summary.getByRole('link', { name: /AWS account/ }).waitFor();
  assert.ok(await field(page, 'AWS account').isVisible());
  await field(page, 'AWS account').fill('123456789012');
  await button(page, 'Create').click();
  assert.match(await valuesOfRun(page), /123456789012/);
});

test('runs have one word everywhere', async () => {
  const { page } = await portal.open('/create');
  await page.getByRole('link', { name: 'Use template Service' }).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Runs' }).click();
  await page.waitForURL(/\/create\/runs$/);
  assert.match(await page.title(), /^Runs · /);
  await page.getByRole('link', { name: 'All', exact: true }).waitFor();
  await page.getByRole('link', { name: 'Mine', exact: true }).click();
  await page.waitForURL(/by=me/);
  await page.getByRole('columnheader', { name: 'Started' }).waitFor();
  await page.goto('/create/tasks?by=me');
  await page.waitForURL(/\/create\/runs\?by=me$/);
  assert.equal(await page.getByText(/\bTasks?\b/).count(), 0);
});
