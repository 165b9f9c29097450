// axe on a page: no serious issue, and a message that says where to look.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rules that count although axe calls them moderate. */
const ALSO = ['landmark-unique', 'landmark-no-duplicate-main'];

/** Fails when axe finds an issue it calls serious or critical, or one of the rules above is broken. */
export async function assertAccessible(page, what = page.url()) {
  const issues = await accessibilityIssues(page);
  assert.deepEqual(issues, [], `accessibility of ${what}`);
}

/** The issues that count, each in one line with the elements it is about. */
export async function accessibilityIssues(page) {
  // Through the debugger: the page's Content-Security-Policy rightly forbids it to the page.
  const session = await page.context().newCDPSession(page);
  try {
    await session.send('Runtime.evaluate', { expression: source });
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression: `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
        JSON.stringify(violations
          .filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || ${JSON.stringify(ALSO)}.includes(id))
          .map(({ id, help, nodes }) => id + ': ' + help + ' – '
            + nodes.map(({ target, any }) => target.join(' ') + (any[0] ? ' (' + any[0].message + ')' : '')).join('; '))))`,
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return JSON.parse(result.value);
  } finally {
    await session.detach();
  }
}
