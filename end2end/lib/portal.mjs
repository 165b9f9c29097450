// `usePortal()`: one server and one browser for a test file, and pages that must stay free of problems.

import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, afterEach, before, beforeEach } from 'node:test';
import { hydrated, launchBrowser, newPage } from './browser.mjs';
import { startServer } from './server.mjs';

const RESULTS = fileURLToPath(new URL('../test-results/', import.meta.url));

/**
 * Call it once at the top of a test file. Give it what `startServer` takes.
 *
 * ```js
 * const portal = usePortal();
 * test('the catalog filters', async () => {
 *   const { page } = await portal.open('/catalog', { device: 'phone' });
 *   …
 * });
 * ```
 *
 * Every page opened in a test is closed after it, and the test fails when a page had a problem.
 */
export function usePortal(options = {}) {
  let server;
  let browser;
  let opened = [];

  before(async () => {
    [server, browser] = await Promise.all([startServer(options), launchBrowser()]);
  });
  beforeEach(() => {
    opened = [];
  });
  afterEach(async (t) => {
    const problems = opened.flatMap(({ page, problems }) => problems.map((p) => `${page.url()}: ${p}`));
    const failed = problems.length > 0 || t?.error !== undefined;
    for (const [index, { page, context }] of opened.entries()) {
      if (failed) await keepPicture(page, `${t?.name ?? 'test'}-${index}`);
      await context.close();
    }
    opened = [];
    assert.deepEqual(problems, [], 'problems in the browser');
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  return {
    /** The running server; see `startServer`. */
    get server() {
      return server;
    },
    get url() {
      return server.url;
    },
    /**
     * Opens a path in a new context (nobody's cookies). Waits for hydration unless script is off.
     * Takes what `newPage` takes, and `status`, the expected one (200).
     */
    async open(target, { status = 200, hydrate = true, ...look } = {}) {
      const tab = await newPage(browser, server.url, look);
      opened.push(tab);
      const response = await tab.page.goto(target);
      assert.equal(response.status(), status, `status of ${target}`);
      if (hydrate && look.javaScript !== false) await hydrated(tab.page);
      // The answer itself shows up on the console when its status says so.
      if (status >= 400) tab.problems.expect(new RegExp(`status of ${status}`));
      return tab;
    },
    /** A request without a browser, for what is easier asked than seen. */
    fetch: (target, init) => fetch(new URL(target, server.url), init),
  };
}

async function keepPicture(page, name) {
  const file = path.join(RESULTS, `${name.replace(/[^\w.-]+/g, '_').slice(0, 100)}.png`);
  await mkdir(RESULTS, { recursive: true });
  await page.screenshot({ path: file, fullPage: true }).catch((error) => writeFile(`${file}.txt`, String(error)));
}
