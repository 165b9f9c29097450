// Chromium, the two devices every page is made for, and what counts as a problem on a page.

import { chromium } from 'playwright-core';
import { FLAGS } from './flags.mjs';

/** What a page is looked at with. */
export const DEVICES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

/** Starts the browser that `cargo xtask` found. */
export async function launchBrowser() {
  const executablePath = process.env.CALLBOARD_CHROMIUM;
  if (!executablePath) {
    throw new Error('expected CALLBOARD_CHROMIUM in the environment; `cargo xtask test` sets it');
  }
  return chromium.launch({ executablePath, args: FLAGS });
}

/**
 * A new page in a context of its own, watched for problems.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} baseURL
 * @param {object} [options]
 * @param {'desktop' | 'phone'} [options.device]
 * @param {'light' | 'dark'} [options.theme]
 * @param {boolean} [options.javaScript]
 * @param {object} [options.context] further options of Playwright's context
 */
export async function newPage(
  browser,
  baseURL,
  { device = 'desktop', theme = 'light', javaScript = true, context: more = {} } = {},
) {
  const context = await browser.newContext({
    baseURL,
    ...DEVICES[device],
    colorScheme: theme,
    javaScriptEnabled: javaScript,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    ...more,
  });
  context.setDefaultTimeout(20_000);
  context.setDefaultNavigationTimeout(30_000);
  const page = await context.newPage();
  return { context, page, problems: watch(page, javaScript) };
}

/**
 * Collects what should not be there: anything on the console but what the program logs on purpose
 * (`info`, `debug`), uncaught errors, violations of the Content-Security-Policy, failed requests.
 * A test that provokes one takes it out: `problems.expect(/404/)`.
 */
function watch(page, javaScript) {
  const found = [];
  const add = (kind, text) => found.push(`${kind}: ${text}`);
  page.on('console', (message) => {
    const type = message.type();
    if (!['info', 'debug'].includes(type)) {
      const { url, lineNumber } = message.location();
      add(`console.${type}`, `${message.text()} (${url}:${lineNumber})`);
    }
  });
  page.on('pageerror', (error) => add('uncaught', error.stack ?? error.message));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? 'failed';
    // Without script the browser itself refuses to load one, and calls that a policy.
    if (!javaScript && reason === 'csp' && request.url().endsWith('.js')) return;
    // Leaving a page ends what it was still loading.
    if (reason !== 'net::ERR_ABORTED') add('request', `${request.url()}: ${reason}`);
  });
  page.on('response', (response) => {
    const own = response.request().isNavigationRequest();
    if (response.status() >= 400 && !own) add('response', `${response.status()} ${response.url()}`);
  });
  found.expect = (pattern) => {
    const rest = found.filter((problem) => !pattern.test(problem));
    const matched = found.length - rest.length;
    found.length = 0;
    found.push(...rest);
    return matched;
  };
  return found;
}

/** Waits until the program in the browser has taken the page over. */
export async function hydrated(page) {
  await page.locator('html[data-hydrated="true"]').waitFor({ state: 'attached' });
}
