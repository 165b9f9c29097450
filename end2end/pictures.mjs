// Takes pictures of every page: light and dark, desktop and phone. `cargo xtask pictures` runs it.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { DEVICES, hydrated, launchBrowser, newPage } from './lib/browser.mjs';
import { PAGES, cookiesFor } from './lib/pages.mjs';
import { startServer } from './lib/server.mjs';

const { values } = parseArgs({ options: { out: { type: 'string' }, only: { type: 'string' } } });
const out = path.resolve(values.out ?? '../docs/pictures');
const pages = PAGES.filter((page) =>
  values.only ? page.name === values.only : page.pictures !== false && !page.status,
);
if (pages.length === 0) {
  const names = PAGES.map((page) => page.name).join(', ');
  console.error(`expected the name of a page, found \`${values.only}\`; there are ${names}`);
  process.exit(1);
}

await mkdir(out, { recursive: true });
const [server, browser] = await Promise.all([startServer(), launchBrowser()]);
try {
  for (const device of Object.keys(DEVICES)) {
    for (const theme of ['light', 'dark']) {
      for (const page of pages) await take(page, device, theme);
    }
  }
} finally {
  await browser.close();
  await server.stop();
}

async function take(target, device, theme) {
  const { context, page, problems } = await newPage(browser, server.url, { device, theme });
  await context.addCookies(cookiesFor(target, server.url));
  await page.goto(target.path);
  await hydrated(page);
  await page.evaluate(() => document.fonts.ready);
  // Widgets arrive one after the other; the picture shows them all.
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached', timeout: 10_000 }).catch(() => {});
  const picture = await small(await page.screenshot({ animations: 'disabled', caret: 'hide' }));
  const file = path.join(out, `${target.name}-${device}-${theme}.png`);
  await writeFile(file, picture);
  console.log(`${path.basename(file)} ${(picture.length / 1000).toFixed(0)} KB`);
  for (const problem of problems) console.log(`  ${problem}`);
  await context.close();
}

/** At most 256 colours: an interface has few, and a repository keeps every version of a picture. */
function small(png) {
  const palette = { palette: true, dither: 0, effort: 10, compressionLevel: 9 };
  return sharp(png).flatten({ background: 'white' }).png(palette).toBuffer();
}
