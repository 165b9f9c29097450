// The list of pages in `pages.json`.

import { readFile } from 'node:fs/promises';

/** Every page: its name, its path, and `status`, `signedOut`, `pictures` where they differ. */
export const PAGES = JSON.parse(await readFile(new URL('../pages.json', import.meta.url), 'utf8'));

/** What a context needs so that the demo does not sign in by itself. */
export function cookiesFor(page, url) {
  return page.signedOut ? [{ name: 'callboard_signed_out', value: '1', url }] : [];
}
