// The list as people want it: stars, columns, views of one's own, and pages that show what changes.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { assertAccessible } from '../lib/accessibility.mjs';
import { hydrated } from '../lib/browser.mjs';
import { usePortal } from '../lib/portal.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'callboard-listing-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = (name) => path.join(folder, `${name}.yaml`);

/** A component's descriptor. */
function component(name, { description = `The ${name}`, tags = [], owner = 'everybody' } = {}) {
  return `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: ${name}, description: ${description}, tags: [${tags}]}
spec: {type: service, lifecycle: production, owner: ${owner}}
`;
}

const tags = Array.from({ length: 15 }, (_, number) => `tag-${number}`);
for (const name of ['shop', 'blog', 'till', 'forum', 'wiki', 'mail', 'news']) writeFileSync(file(name), component(name));
writeFileSync(file('tagged'), component('tagged', { tags }));
writeFileSync(
  path.join(folder, 'callboard.yml'),
  `catalog: {rules: [{allow: [Component]}], locations: [{type: file, target: "${folder}/*.yaml"}]}\n`,
);
const portal = usePortal({ args: ['--config', path.join(folder, 'callboard.yml')] });

const row = (page, name) => page.locator('tbody tr').filter({ has: page.getByRole('link', { name, exact: true }) });
const tab = (page, name) => page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name });
const rows = (page, count) => page.locator('tbody').locator(`tr:nth-child(${count}):last-child`).waitFor();

/** A page of another person of the demo. */
async function anotherPerson(target) {
  const cookie = { name: 'callboard_signed_out', value: '1', domain: '127.0.0.1', path: '/', expires: -1, httpOnly: false, secure: false, sameSite: 'Lax' };
  const opened = await portal.open('/sign-in', { context: { storageState: { cookies: [cookie], origins: [] } } });
  await opened.page.getByRole('button', { name: /^Continue as/ }).nth(1).click();
  await opened.page.waitForURL((url) => url.pathname === '/');
  await opened.page.goto(target);
  await hydrated(opened.page);
  return opened;
}

for (const device of ['desktop', 'phone']) {
  test(`a star is seen at once, kept, and taken back on a ${device}`, async () => {
    const { page } = await portal.open('/catalog', { device });
    const star = row(page, 'shop').getByRole('button', { name: 'Star shop' });
    assert.equal(await star.getAttribute('aria-pressed'), 'false');
    await star.click();
    await page.locator('[aria-pressed="true"]').waitFor();
    await page.getByText('Starred shop').waitFor();
    await tab(page, /^Starred/).click();
    await page.waitForURL(/starred=1/);
    await rows(page, 1);
    await row(page, 'shop').getByRole('link', { name: 'shop' }).click();
    await page.waitForURL(/component\/shop$/);
    const own = page.getByRole('button', { name: 'Star shop' });
    assert.equal(await own.getAttribute('aria-pressed'), 'true');
    await page.reload();
    await hydrated(page);
    assert.equal(await own.getAttribute('aria-pressed'), 'true');
    await page.goto('/');
    await page.getByRole('list', { name: 'Starred' }).getByRole('link', { name: 'shop' }).waitFor();
    await page.goto('/catalog?starred=1');
    await hydrated(page);
    await page.getByRole('button', { name: 'Star shop' }).click();
    await page.getByText('Nothing is starred').waitFor();
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await rows(page, 1);
    await page.getByRole('button', { name: 'Star shop' }).click();
    await page.getByText('Nothing is starred').waitFor();
  });

  test(`stars, columns and views without script on a ${device}`, async () => {
    const { page } = await portal.open('/catalog?q=blog', { device, javaScript: false });
    await page.getByRole('button', { name: 'Star blog' }).click();
    await page.locator('[aria-pressed="true"]').waitFor();
    await tab(page, /^Starred/).click();
    await rows(page, 1);
    await page.getByRole('button', { name: 'Star blog' }).click();
    await page.getByText('Nothing is starred').waitFor();

    await page.goto('/catalog?q=blog');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('link', { name: 'Show Namespace' }).click();
    await page.waitForURL(/columns=/);
    await page.locator('td[data-label="Namespace"]').getByText('default').waitFor();

    await page.getByRole('button', { name: 'View', exact: true }).click();
    await page.getByLabel('Save as a new view').fill(`Blog on a ${device}`);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const mine = tab(page, `Blog on a ${device}`);
    await mine.waitFor();
    assert.equal(await mine.getAttribute('aria-current'), 'page');
    await page.goto('/catalog');
    await mine.click();
    await rows(page, 1);
    await page.getByRole('button', { name: 'View', exact: true }).click();
    await page.getByRole('button', { name: /^Remove/ }).click();
    await page.getByText(`You removed “Blog on a ${device}”`).waitFor();
    await page.getByRole('button', { name: 'Restore' }).click();
    await mine.waitFor();
    await page.getByRole('button', { name: 'View', exact: true }).click();
    await page.getByRole('button', { name: /^Remove/ }).click();
    await mine.waitFor({ state: 'detached' });
  });

  test(`an open list and an open entity page show what changes on a ${device}`, async () => {
    const name = `live-${device}`;
    await writeFile(file(name), component(name, { description: 'As it was' }));
    const { page: list } = await portal.open('/catalog?kind=component', { device });
    const { page: own, problems } = await portal.open('/catalog/default/component/shop', { device });
    await row(list, name).waitFor();
    await list.evaluate(() => {
      window.stayed = true;
      document.querySelector('input[type=search]').focus();
    });
    await list.keyboard.type('li', { delay: 10 });
    await list.waitForURL(/q=li/);
    await own.goto(`/catalog/default/component/${name}`);
    await hydrated(own);
    await own.evaluate(() => (window.stayed = true));
    await own.getByText('As it was').first().waitFor();

    await writeFile(file(name), component(name, { description: 'As it is now' }));
    await row(list, name).getByText('As it is now').waitFor();
    await own.getByText('As it is now').first().waitFor();
    await list.getByRole('status').getByText('The list was updated').waitFor({ state: 'attached' });
    await own.getByRole('status').getByText(`${name} has changed`).waitFor({ state: 'attached' });
    for (const page of [list, own]) assert.ok(await page.evaluate(() => window.stayed), 'no page was loaded');
    const focus = await list.evaluate(() => [document.activeElement.type, document.activeElement.value]);
    assert.deepEqual(focus, ['search', 'li'], 'what is typed is still there');

    await rm(file(name));
    await own.getByText(`${name} was removed from the catalog`).first().waitFor();
    await row(list, name).waitFor({ state: 'detached' });
    // That it is not there any more is an answer, and shows up on the console.
    assert.ok(problems.expect(/404/) > 0);
    assert.ok(await own.evaluate(() => window.stayed), 'no page was loaded');
  });
}

test('columns are chosen, ordered and sorted by, and the menu stays open', async () => {
  const { page } = await portal.open('/catalog');
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('link', { name: 'Show Updated' }).click();
  await page.getByRole('columnheader', { name: 'Updated' }).waitFor();
  await page.getByRole('link', { name: 'Hide Lifecycle' }).click();
  await page.getByRole('columnheader', { name: 'Lifecycle' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Move Updated forward' }).click();
  await page.waitForURL(/updated(,|%2C)tags/);
  await assertAccessible(page, 'the open menu of columns');
  await page.keyboard.press('Escape');
  await page.getByRole('columnheader', { name: 'Updated' }).getByRole('link').click();
  await page.waitForURL(/sort=updated/);
  await page.locator('th[aria-sort=ascending]', { hasText: 'Updated' }).waitFor();
});

test('a long list of values is searched', async () => {
  const { page } = await portal.open('/catalog');
  await page.getByText('Filter', { exact: true }).click();
  await page.getByRole('button', { name: /^Tag:/ }).click();
  const field = page.getByRole('searchbox', { name: 'Search: Tag' });
  await field.fill('-13');
  const values = page.locator('#filter-tag label:visible');
  assert.equal(await values.count(), 1);
  await values.first().click();
  await page.waitForURL(/tag=tag-13/);
  await rows(page, 1);
  await page.getByRole('button', { name: /^Tag: tag-13/ }).waitFor();
  await page.getByRole('link', { name: 'Clear' }).click();
  await page.getByRole('button', { name: 'Tag: All tags' }).waitFor();
});

test('rows are one line, a whole row opens its entity, and 26 of them fit on two screens', async () => {
  const { page } = await portal.open('/catalog');
  const heights = await page.locator('tbody tr').evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
  assert.ok(heights.every((height) => height <= 34), `rows of ${heights} px`);
  const top = await page.locator('tbody').evaluate((body) => body.getBoundingClientRect().top + window.scrollY);
  assert.ok(top + 26 * Math.max(...heights) <= 2 * 800, `26 rows end at ${top + 26 * heights[0]} px`);

  await page.getByRole('button', { name: 'Display', exact: true }).click();
  await page.locator('#display-menu').getByRole('button', { name: 'Comfortable', exact: true }).click();
  await page.keyboard.press('Escape');
  const comfortable = () => row(page, 'shop').evaluate((row) => row.getBoundingClientRect().height);
  while ((await comfortable()) < 40) await page.waitForTimeout(50);

  // Beside the words, where no link is drawn.
  const cell = row(page, 'shop').locator('td[data-label="Lifecycle"]');
  const { x, y, width, height } = await cell.boundingBox();
  await page.mouse.click(x + width - 4, y + height - 4);
  await page.waitForURL(/\/catalog\/default\/component\/shop$/);
});

for (const javaScript of [true, false]) {
  test(`what is set stands as chips that remove it ${javaScript ? 'with' : 'without'} script`, async () => {
    const { page } = await portal.open('/catalog?kind=component&tag=tag-3&q=tagged', { javaScript });
    await rows(page, 1);
    assert.equal(await page.getByRole('searchbox', { name: /find by name/i }).inputValue(), 'tagged');
    assert.ok(!(await page.locator('.filter-fields').isVisible()), 'the fields are behind a button');
    await page.getByRole('link', { name: 'Remove filter Tag: tag-3' }).click();
    await page.waitForURL((url) => !url.search.includes('tag-3'));
    await page.getByRole('link', { name: /^Remove filter Kind: component/i }).waitFor();
    for (const name of [/^Owned by me/, /^Starred/]) {
      assert.equal(await page.locator('main').getByText(name).count(), 1, `${name} stands there once`);
    }
    await page.goto('/catalog?q=zebra');
    await page.getByText('No results').waitFor();
    await page.getByText('Remove a filter, or search for something else.').waitFor();
  });
}

test('what has errors is seen from the list, in one line', async () => {
  await writeFile(file('broken'), 'kind: [\n');
  const { page } = await portal.open('/catalog');
  const link = page.getByRole('link', { name: /errors?$/ });
  for (let tries = 0; (await link.count()) === 0; tries++) {
    assert.ok(tries < 100, 'the banner appears');
    await page.waitForTimeout(100);
    await page.reload();
  }
  const { height } = await page.locator('.list-banner').boundingBox();
  assert.ok(height < 44, `a banner of ${height} px`);
  await link.click();
  await page.waitForURL(/state=broken/);
  // The demonstration has errors of its own, so that this one may come a moment later.
  for (let tries = 0; (await page.getByText('broken.yaml').count()) === 0; tries++) {
    assert.ok(tries < 100, 'the error is listed');
    await page.waitForTimeout(100);
    await page.reload();
  }
  await rm(file('broken'));
});

for (const width of [320, 390, 768, 1024]) {
  test(`the list fits a screen of ${width} px`, async () => {
    const { page } = await portal.open('/catalog', { context: { viewport: { width, height: 800 } } });
    const { scroll, client } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      client: document.documentElement.clientWidth,
    }));
    assert.ok(scroll <= client, `${scroll} px`);
    const name = await row(page, 'shop').getByRole('link', { name: 'shop', exact: true }).boundingBox();
    assert.ok(name.width > 30, 'the name is readable');
  });
}

for (const width of [768, 1024]) {
  test(`what is cut in the list says so at ${width} px, and names come first`, async () => {
    const { page } = await portal.open('/catalog', { context: { viewport: { width, height: 800 } } });
    await row(page, 'shop').waitFor();
    const { cut, room } = await page.evaluate(() => {
      const cut = [];
      for (const element of document.querySelectorAll('tbody td, tbody td *')) {
        const style = getComputedStyle(element);
        if (element.clientWidth === 0 || style.overflowX === 'visible' || element.scrollWidth <= element.clientWidth + 1) continue;
        // A line clamp ends with an ellipsis by itself.
        if (style.textOverflow !== 'ellipsis' && style.webkitLineClamp === 'none') cut.push(`${element.tagName}.${element.className}: ${element.textContent}`);
        // Its own ellipsis is drawn for text alone, not for a box within it.
        else if (element.tagName === 'TD' && [...element.children].some((child) => getComputedStyle(child).display !== 'none')) cut.push(`TD: ${element.textContent}`);
      }
      const wrap = document.querySelector('.table-wrap');
      return { cut, room: wrap.scrollWidth - wrap.clientWidth };
    });
    assert.deepEqual(cut, []);
    assert.ok(room <= 1, `the list scrolls sideways by ${room} px`);
    const names = await page.locator('.row-name > .entity-name').evaluateAll((all) =>
      all.map((name) => name.querySelector('span')).filter((text) => text.scrollWidth > text.clientWidth + 1).map((text) => text.textContent));
    const short = names.filter((name) => name.length < 16);
    assert.deepEqual(short, [], 'short names are whole');
  });
}

for (const width of [390, 768, 1024, 1280]) {
  test(`the filters line up at ${width} px`, async () => {
    const { page } = await portal.open('/catalog', { context: { viewport: { width, height: 800 } } });
    await page.getByText('Filter', { exact: true }).click();
    const fields = page.locator('.filter-fields > *');
    await fields.first().waitFor();
    const boxes = (await fields.evaluateAll((all) => all.map((field) => field.getBoundingClientRect().toJSON()))).filter((box) => box.width > 0);
    assert.ok(boxes.length >= 6);
    const widths = new Set(boxes.map((box) => Math.round(box.width)));
    assert.ok(Math.max(...widths) - Math.min(...widths) <= 1, `widths ${[...widths]}`);
    const columns = new Set(boxes.map((box) => Math.round(box.left))).size;
    const first = boxes.filter((box) => Math.abs(box.top - boxes[0].top) < 2).length;
    assert.equal(columns, first, 'every row uses the columns of the first one');
    // The panel is as wide as the list.
    const [panel, list] = await Promise.all([page.locator('.filter-fields').boundingBox(), page.locator('.table-wrap').boundingBox()]);
    assert.ok(Math.abs(panel.width - list.width) <= 1, `${panel.width} px beside ${list.width} px`);
  });
}

test('a view is saved, opened with, shared, changed and removed', async () => {
  const { page } = await portal.open('/catalog?q=wiki&columns=name,updated');
  const menu = page.getByRole('button', { name: 'View', exact: true });
  await menu.click();
  await page.getByLabel('Save as a new view').fill('The wiki');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForURL(/\/catalog\?view=\w+$/);
  const link = page.url();
  await page.getByText('Saved “The wiki”').waitFor();
  await menu.click();
  await page.getByRole('button', { name: 'Open the catalog with this view' }).click();
  await page.getByText('The catalog opens with “The wiki”').waitFor();
  await menu.click();
  await page.getByRole('button', { name: 'Share with everyone' }).click();
  await page.getByText('is shared with everyone').waitFor();

  await page.goto('/catalog');
  await rows(page, 1);
  await row(page, 'wiki').waitFor();
  await hydrated(page);
  await page.getByRole('link', { name: 'Clear' }).click();
  await row(page, 'shop').waitFor();
  await tab(page, /^All/).click();
  await page.waitForURL(/view=all/);
  await row(page, 'shop').waitFor();

  const { page: theirs } = await anotherPerson(link);
  await row(theirs, 'wiki').waitFor();
  await rows(theirs, 1);
  const shared = tab(theirs, /^The wiki \(by /);
  assert.equal(await shared.getAttribute('aria-current'), 'page');
  await theirs.getByRole('button', { name: 'View', exact: true }).click();
  await theirs.getByText('is shared by').waitFor();
  assert.equal(await theirs.getByRole('button', { name: /^Remove/ }).count(), 0);

  await page.goto(link);
  await hydrated(page);
  await page.getByRole('searchbox', { name: /find by name/i }).fill('mail');
  await page.waitForURL(/q=mail/);
  await row(page, 'mail').waitFor();
  await menu.click();
  await page.getByRole('button', { name: 'Save the changes to “The wiki”' }).click();
  await page.waitForURL(/\/catalog\?view=\w+$/);
  // The list is there again when its menu has nothing left to save.
  await page.locator('#view-menu').getByText('Save the changes').waitFor({ state: 'detached' });
  await row(page, 'mail').waitFor();
  await menu.click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('The mail');
  await page.getByRole('button', { name: 'Rename' }).click();
  await tab(page, 'The mail').waitFor();
  await menu.click();
  await page.getByRole('button', { name: 'Remove “The mail”' }).click();
  await page.getByText('Removed “The mail”').waitFor();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await tab(page, 'The mail').waitFor();
  await menu.click();
  await page.getByRole('button', { name: 'Remove “The mail”' }).click();
  await tab(page, 'The mail').waitFor({ state: 'detached' });
});

test('the list asks once when it is opened, and follows only while it is in sight', async () => {
  const { page } = await portal.open('/');
  const asked = [];
  const streams = [];
  page.on('request', (request) => {
    if (request.url().includes('/fn/')) asked.push(request.url());
    if (request.url().includes('/events/catalog')) streams.push(request.url());
  });
  await page.getByRole('navigation').getByRole('link', { name: 'Catalog', exact: true }).first().focus();
  await page.keyboard.press('Enter');
  await row(page, 'shop').waitFor();
  while (streams.length === 0) await page.waitForTimeout(50);
  assert.deepEqual(asked.map((url) => new URL(url).pathname), ['/fn/catalog/entities_get']);
  assert.equal(streams.length, 1, streams.join(' '));

  // As when another tab is brought to the front, and back.
  const sight = (hidden) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }, hidden);
  await sight(true);
  await writeFile(file('meanwhile'), component('meanwhile'));
  const answer = async () => (await portal.fetch('/catalog?q=meanwhile', { headers: { cookie: await cookies(page) } })).text();
  while (!(await answer()).includes('The meanwhile')) await page.waitForTimeout(100);
  assert.equal(await row(page, 'meanwhile').count(), 0, 'nobody looks');
  await sight(false);
  await row(page, 'meanwhile').waitFor();
  assert.equal(streams.length, 2, streams.join(' '));
});

async function cookies(page) {
  const all = await page.context().cookies();
  return all.map(({ name, value }) => `${name}=${value}`).join('; ');
}
