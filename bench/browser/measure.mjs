// What a visitor waits for: pages on a slow phone's profile with a cold cache, and Lighthouse.
// `cargo xtask bench browser` runs it: node measure.mjs BASE ROUNDS, one JSON object on standard output.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import lighthouse from 'lighthouse';
import { chromium } from 'playwright-core';
import { FLAGS } from '../../end2end/lib/flags.mjs';
import { freePort } from '../../end2end/lib/server.mjs';

const [base, rounds] = [process.argv[2], Number(process.argv[3] ?? 3)];

const PAGES = {
  dashboard: { path: '/', seen: '.widget, [data-widget]' },
  catalog: { path: '/catalog', seen: 'table tbody tr >> nth=4' },
  entity: { path: '/catalog/default/component/svc-00042', seen: 'h1' },
  create: { path: '/create', seen: 'h1' },
};

// The profile of the quoted figures: 4× slower processor, 1.6 Mbit/s, 150 ms.
const NETWORKS = {
  fast: undefined,
  slow: { latency: 150, down: 1.6e6 / 8, up: 750e3 / 8, slowdown: 4 },
};

const median = (values) => {
  const sorted = values.filter((value) => value != null).sort((a, b) => a - b);
  return sorted.length ? sorted[Math.floor((sorted.length - 1) / 2)] : null;
};

const executablePath = process.env.CALLBOARD_CHROMIUM;
const result = { pages: [], graph: {}, lighthouse: [], console: [] };

const browser = await chromium.launch({ executablePath, args: FLAGS });
const state = await signIn(browser);
for (const [network, limits] of Object.entries(NETWORKS)) {
  for (const [name, page] of Object.entries(PAGES)) {
    const rows = [];
    for (let round = 0; round < rounds; round++) rows.push(await visit(page, limits));
    const row = { page: name, network };
    for (const key of Object.keys(rows[0])) row[key] = median(rows.map((r) => r[key]));
    result.pages.push(row);
  }
}
const graphs = [];
for (let round = 0; round < rounds; round++) graphs.push(await graph());
for (const key of Object.keys(graphs[0])) result.graph[key] = median(graphs.map((row) => row[key]));
await browser.close();
for (const name of ['catalog', 'dashboard']) {
  result.lighthouse.push({ page: name, ...(await mobile(PAGES[name].path)) });
}
console.log(JSON.stringify(result));

/** The demo signs a visitor in; the cookie is kept for the measured visits, nothing else is. */
async function signIn(browser) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(base, { waitUntil: 'load' });
  const state = await context.storageState();
  await context.close();
  return state;
}

async function visit({ path: target, seen }, limits) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    storageState: state,
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (!['info', 'debug'].includes(message.type())) result.console.push(message.text());
  });
  page.on('pageerror', (error) => result.console.push(String(error)));
  await page.addInitScript(() => {
    const seen = (window.measured = { paint: 0, blocked: 0, shift: 0 });
    const watch = (type, each) =>
      new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
    watch('largest-contentful-paint', (entry) => (seen.paint = entry.startTime));
    watch('longtask', (entry) => (seen.blocked += Math.max(0, entry.duration - 50)));
    watch('layout-shift', (entry) => {
      if (!entry.hadRecentInput) seen.shift += entry.value;
    });
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  if (limits) {
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: limits.latency,
      downloadThroughput: limits.down,
      uploadThroughput: limits.up,
    });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: limits.slowdown });
  }
  let bytes = 0;
  let requests = 0;
  devtools.on('Network.loadingFinished', (event) => {
    bytes += event.encodedDataLength;
    requests += 1;
  });
  const began = Date.now();
  await page.goto(base + target, { waitUntil: 'commit', timeout: 120_000 });
  await page.locator(seen).first().waitFor({ timeout: 120_000 });
  const visible = Date.now() - began;
  await page.locator('html[data-hydrated="true"]').waitFor({ state: 'attached', timeout: 120_000 });
  const ready = Date.now() - began;
  await page.waitForTimeout(limits ? 5000 : 2000);
  const measured = await page.evaluate(() => ({
    ...window.measured,
    first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    elements: document.getElementsByTagName('*').length,
  }));
  await context.close();
  return { visible, ready, bytes, requests, ...measured };
}

/**
 * The largest diagram of relations, opened by a link from the entity's page: from the click to the
 * frame that shows it, and of that from when the answer was there; then until what is out of sight
 * is drawn too.
 */
async function graph() {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    storageState: state,
  });
  const page = await context.newPage();
  await page.goto(base + PAGES.entity.path, { waitUntil: 'load' });
  await page.locator('html[data-hydrated="true"]').waitFor({ state: 'attached' });
  const found = await page.evaluate(async (href) => {
    const link = Object.assign(document.createElement('a'), { href });
    document.querySelector('main').append(link);
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const from = performance.now();
    link.click();
    while (!document.querySelector('svg.graph rect')) await frame();
    await frame();
    await frame();
    const to = performance.now();
    const asked = performance.getEntriesByType('resource').filter((it) => it.name.includes('/fn/') && it.startTime >= from);
    const answered = Math.max(...asked.map((it) => it.responseEnd));
    while (document.querySelector('svg.graph .graph-block:empty')) await frame();
    await frame();
    const whole = performance.now() - answered;
    const nodes = document.querySelectorAll('svg.graph rect').length;
    return { nodes, all: to - from, drawn: to - answered, whole, requests: asked.length };
  }, `${PAGES.entity.path}?tab=relations&depth=4`);
  await context.close();
  return found;
}

/** Lighthouse's mobile preset with a cold cache; medians of its rounds. */
async function mobile(target) {
  const port = await freePort();
  const folder = await mkdtemp(path.join(tmpdir(), 'callboard-lighthouse-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    args: [...FLAGS, `--remote-debugging-port=${port}`],
  });
  const page = await context.newPage();
  await page.goto(base, { waitUntil: 'load' });
  await page.close();
  const rows = [];
  const fails = new Set();
  for (let round = 0; round < rounds; round++) {
    const { lhr } = await lighthouse(base + target, {
      port,
      output: 'json',
      logLevel: 'error',
      // The sign-in is kept.
      clearStorageTypes: ['file_systems', 'shader_cache', 'service_workers', 'cache_storage'],
      onlyCategories: ['performance', 'accessibility', 'best-practices', 'seo'],
    });
    const score = (name) => Math.round(lhr.categories[name].score * 100);
    const value = (name) => lhr.audits[name].numericValue;
    rows.push({
      performance: score('performance'),
      accessibility: score('accessibility'),
      bestPractices: score('best-practices'),
      seo: score('seo'),
      first: value('first-contentful-paint'),
      paint: value('largest-contentful-paint'),
      blocked: value('total-blocking-time'),
      shift: value('cumulative-layout-shift'),
      bytes: value('total-byte-weight'),
    });
    for (const name of ['accessibility', 'best-practices', 'seo']) {
      for (const { id } of lhr.categories[name].auditRefs) {
        if (lhr.audits[id].score === 0) fails.add(id);
      }
    }
  }
  await context.close();
  await rm(folder, { recursive: true, force: true });
  const row = { fails: [...fails] };
  for (const key of Object.keys(rows[0])) row[key] = median(rows.map((r) => r[key]));
  return row;
}
