// The frame around every page: skip link, palette, menu, titles, widths, and what is remembered.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hydrated } from '../lib/browser.mjs';
import { PAGES, cookiesFor } from '../lib/pages.mjs';
import { usePortal } from '../lib/portal.mjs';

const portal = usePortal();

const WIDTHS = [320, 390, 768, 1024, 1280];

const ENTITY = '/catalog/default/component/callboard';

for (const page of PAGES) {
  for (const javaScript of [true, false]) {
    test(`${page.name} does not scroll sideways at any width, ${javaScript ? 'with' : 'without'} script`, async () => {
      const cookies = cookiesFor(page, portal.url);
      const { page: tab, context, problems } = await portal.open('/healthz', { javaScript, hydrate: false });
      await context.addCookies(cookies);
      await tab.goto(page.path);
      if (page.status) problems.expect(new RegExp(`status of ${page.status}`));
      if (javaScript) await hydrated(tab);
      await tab.locator('[aria-busy="true"]').first().waitFor({ state: 'detached', timeout: 5_000 }).catch(() => {});
      for (const width of WIDTHS) {
        await tab.setViewportSize({ width, height: 800 });
        const { scroll, room, wide } = await tab.evaluate(measure);
        assert.ok(scroll <= room, `${page.path} is ${scroll} px wide on a screen of ${room} px: ${wide.join(', ')}`);
      }
    });
  }
}

/** How wide the page is, and what reaches beyond the screen. */
function measure() {
  const room = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > room + 1)
    .slice(0, 5)
    .map((element) => `${element.tagName.toLowerCase()}.${String(element.className.baseVal ?? element.className).split(' ')[0]}`);
  return { scroll: document.documentElement.scrollWidth, room, wide };
}

test('every window is named by what tells its page from others', async () => {
  const titles = new Map();
  const { page: tab } = await portal.open('/', { javaScript: false });
  for (const page of PAGES.filter(({ signedOut, status }) => !signedOut && !status)) {
    await tab.goto(page.path);
    const title = await tab.title();
    assert.match(title, /Callboard$/, `title of ${page.path}`);
    assert.equal(titles.get(title), undefined, `${page.path} and ${titles.get(title)} are both called "${title}"`);
    titles.set(title, page.path);
  }
});

for (const javaScript of [true, false]) {
  const how = javaScript ? 'with' : 'without';

  test(`"Skip to content" moves the focus ${how} script`, async () => {
    const { page } = await portal.open('/catalog', { javaScript });
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip-link');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'main');
    // The next key goes on in the content.
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement.closest('main') !== null));
  });

  test(`"More" on a phone holds everything else ${how} script`, async () => {
    const { page } = await portal.open('/', { device: 'phone', javaScript });
    await page.getByRole('button', { name: 'More', exact: true }).click();
    const sheet = page.locator('#more');
    const entries = ['Runs', 'Administration', 'Sources', 'Kinds', 'Pending removals', 'Organisation', 'Register', 'Delivery', 'What changed'];
    for (const entry of entries) await sheet.getByRole('link', { name: entry, exact: true }).waitFor();
    for (const choice of ['Light', 'Dark', 'System', 'Comfortable', 'Sign out']) {
      await sheet.getByRole('button', { name: choice, exact: true }).waitFor();
    }
    const box = await sheet.boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 390, 'the sheet is on the screen');
    await sheet.getByRole('link', { name: 'Sources', exact: true }).click();
    await page.waitForURL(/\/catalog\/sources$/);
    assert.equal(await page.locator('h1').innerText(), 'Sources');
  });

  test(`the choice of theme and rows is remembered ${how} script`, async () => {
    const { page } = await portal.open('/catalog', { javaScript });
    for (const [choice, attribute, value] of [
      ['Comfortable', 'data-density', 'comfortable'],
      ['Dark', 'data-theme', 'dark'],
    ]) {
      await page.getByRole('button', { name: 'Display', exact: true }).click();
      await page.locator('#display-menu').getByRole('button', { name: choice, exact: true }).click();
      await page.locator(`html[${attribute}="${value}"]`).waitFor({ state: 'attached' });
      await page.waitForURL(/\/catalog$/);
    }
    await page.reload();
    await page.locator('html[data-density="comfortable"][data-theme="dark"]').waitFor({ state: 'attached' });
  });
}

test('administration is an entry of its own, with its pages below it', async () => {
  const { page } = await portal.open('/');
  const menu = page.locator('.sidebar').getByRole('navigation', { name: 'Main' });
  await menu.getByRole('link', { name: 'Administration', exact: true }).click();
  await page.waitForURL(/\/catalog\/administration$/);
  for (const name of ['Overview', 'Sources', 'Kinds', 'Pending removals']) {
    await menu.getByRole('link', { name, exact: true }).waitFor();
  }
  assert.equal(await menu.locator('[aria-current="page"]').innerText(), 'Overview');
  await menu.getByRole('link', { name: 'Kinds', exact: true }).click();
  await page.waitForURL(/\/kinds$/);
  assert.equal(await menu.locator('[aria-current="page"]').innerText(), 'Kinds');
  await menu.getByRole('link', { name: 'Runs', exact: true }).click();
  await page.waitForURL(/\/create\/runs$/);
});

test('a collapsed side bar stays so on the next page', async () => {
  const { page } = await portal.open('/catalog');
  await page.getByRole('button', { name: 'Collapse' }).click();
  await page.goto('/docs');
  assert.equal(await page.evaluate(() => document.documentElement.dataset.sidebar), 'narrow');
  const width = await page.locator('.sidebar').evaluate((bar) => bar.getBoundingClientRect().width);
  assert.ok(width < 80, `the side bar is ${width} px wide`);
});

const FOUND_BY_PALETTE = [
  ['delivery', '/insights/delivery'],
  ['sources', '/catalog/sources'],
  ['administration', '/catalog/administration'],
  ['register', '/catalog/register'],
  ['kinds', '/catalog/administration/kinds'],
  ['organisation', '/catalog/organisation'],
  ['what changed', '/catalog/changes'],
  ['runs', '/create/runs'],
  // By what else people call it.
  ['dora', '/insights/delivery'],
  // A template opens its form.
  ['template:default/service', '/create/templates/default/service'],
  // Nothing is found: the catalog filtered by the words.
  ['zzqqxx nothing', '/catalog?q=zzqqxx%20nothing'],
];

test('the palette finds every page, opens forms of templates, and hands on what it does not find', async () => {
  const { page } = await portal.open('/');
  for (const [words, target] of FOUND_BY_PALETTE) {
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: 'Search or go to' });
    await field.fill(words);
    await field.press('Enter');
    await page.waitForURL((url) => `${url.pathname}${url.search}`.replaceAll('+', '%20') === target, { timeout: 10_000 });
    assert.equal(await page.locator('#palette').evaluate((palette) => palette.open), false);
  }
});

test('the palette finds entities by tag and description', async () => {
  const { page } = await portal.open('/');
  for (const words of ['webassembly', 'filter facet backstage']) {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search or go to' }).fill(words);
    const group = page.locator('.palette-group', { hasText: /^Catalog$/ });
    await group.waitFor();
    await page.keyboard.press('Escape');
  }
});

test('Escape closes the palette at once, also with words in it', async () => {
  const { page } = await portal.open('/catalog');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search or go to' }).fill('callboard');
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#palette').evaluate((palette) => palette.open), false);
});

test('a page that is called for comes before entities', async () => {
  const { page } = await portal.open('/catalog');
  for (const words of ['register', 'import']) {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search or go to' }).fill(words);
    await page.locator('.palette-item').filter({ hasText: 'Search the catalog for' }).waitFor();
    const first = await page.locator('#palette-0 .palette-title').innerText();
    assert.equal(first, 'Register', `for "${words}"`);
    await page.keyboard.press('Escape');
  }
});

test('a template stands in the palette once, and leads to its form', async () => {
  const { page } = await portal.open('/catalog');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search or go to' }).fill('import a repository');
  await page.locator('.palette-item').filter({ hasText: 'Search the catalog for' }).waitFor();
  const found = page.locator('.palette-title').getByText('Import a repository', { exact: true });
  assert.equal(await found.count(), 1);
  await found.click();
  await page.waitForURL(/\/create\/templates\/default\/import-repository$/);
});

test('a page that is not there is named, found again and not remembered', async () => {
  const { page, problems } = await portal.open('/catalog/default/component/frontent', { status: 404 });
  assert.equal(await page.title(), 'Component frontent not found · Callboard');
  assert.equal(await page.getByText('Try again').count(), 0);
  await page.waitForTimeout(1_700);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).some((key) => key.startsWith('callboard-recent'))), false);
  await page.locator('main').getByRole('link', { name: 'Search the catalog for “frontent”' }).click();
  await page.waitForURL(/\/catalog\?q=frontent$/);
  // An address that leads nowhere has the menu around it.
  await page.goto('/no/such-page');
  await hydrated(page);
  problems.expect(/status of 404/);
  await page.locator('.sidebar').getByRole('link', { name: 'Catalog', exact: true }).waitFor();
  await page.locator('main').getByRole('link', { name: 'Home' }).click();
  await page.waitForURL((url) => url.pathname === '/');
});

test('an empty palette begins with what was opened lately', async () => {
  const { page } = await portal.open(ENTITY);
  const heading = await page.locator('main h1').innerText();
  await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('callboard-recent')));
  await page.goto('/catalog');
  await hydrated(page);
  await page.keyboard.press('Control+k');
  const first = page.locator('#palette-0');
  await first.waitFor();
  assert.ok((await first.innerText()).includes(heading));
  assert.equal(await page.locator('.palette-group').first().innerText(), 'Recent');
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`${ENTITY}$`));
});

test('who touches sees no keys', async () => {
  const { page } = await portal.open('/catalog', { device: 'phone' });
  await page.getByRole('button', { name: /Search or go to/ }).click();
  await page.getByRole('combobox', { name: 'Search or go to' }).fill('callboard');
  await page.locator('.palette-item').first().waitFor();
  assert.equal(await page.locator('.kbd:visible').count(), 0);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Signed in as/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).first().waitFor();
  assert.equal(await page.getByRole('button', { name: /Keyboard shortcuts/ }).count(), 0);
});

for (const javaScript of [true, false]) {
  test(`the chosen tab is in view on a phone ${javaScript ? 'with' : 'without'} script`, async () => {
    const { page } = await portal.open(`${ENTITY}?tab=history`, { device: 'phone', javaScript });
    const tab = page.locator('.tabs [aria-current="page"]').last();
    await tab.waitFor();
    const box = await tab.boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 391, `the tab stands at ${box.x} and is ${box.width} wide`);
  });
}

test('what unfolds shows it', async () => {
  const { page } = await portal.open('/');
  const summaries = page.locator('main summary:visible');
  await summaries.first().waitFor();
  const marked = await summaries.evaluateAll((all) =>
    all.map((summary) => getComputedStyle(summary, '::before').content !== 'none' || summary.querySelector('.icon') !== null));
  assert.ok(marked.length > 0 && marked.every(Boolean), `${marked}`);
});
