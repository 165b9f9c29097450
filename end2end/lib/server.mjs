// Starts the built program for a test: a free port, a data folder of its own, and an end that is sure.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const START_PATIENCE_MS = 60_000;
const STOP_PATIENCE_MS = 10_000;

/**
 * Starts `callboard serve --demo`.
 *
 * @param {object} [options]
 * @param {string[]} [options.args] further arguments; `--demo` is left out when `demo` is false
 * @param {Record<string, string>} [options.env] further environment
 * @param {boolean} [options.demo]
 * @param {string} [options.dataDir] a folder to use and keep; a temporary one when left out
 * @param {number} [options.port] the port to use again after a restart
 */
export async function startServer({ args = [], env = {}, demo = true, dataDir, port } = {}) {
  const program = required('CALLBOARD_BIN');
  const site = required('CALLBOARD_SITE_ROOT');
  const data = dataDir ?? (await mkdtemp(path.join(tmpdir(), 'callboard-end2end-')));
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const all = ['serve', ...(demo ? ['--demo'] : []), '--listen', address, '--data', data];
  const child = spawn(program, [...all, '--site', site, ...args], {
    cwd: path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..'),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stdout.on('data', (chunk) => (log += chunk));
  child.stderr.on('data', (chunk) => (log += chunk));
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  // The test process may be stopped at any time; the server must not stay behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);

  const server = {
    url: `http://${address}`,
    address,
    dataDir: data,
    pid: child.pid,
    log: () => log,
    ended,
    /** Stops the program; removes the data folder when it is temporary. */
    async stop({ signal = 'SIGTERM' } = {}) {
      child.kill(signal);
      const timer = setTimeout(kill, STOP_PATIENCE_MS);
      const outcome = await ended;
      clearTimeout(timer);
      process.removeListener('exit', kill);
      if (!dataDir) await rm(data, { recursive: true, force: true });
      return outcome;
    },
  };
  try {
    await ready(server);
  } catch (error) {
    await server.stop({ signal: 'SIGKILL' });
    throw error;
  }
  return server;
}

async function ready(server) {
  const end = Date.now() + START_PATIENCE_MS;
  let outcome;
  server.ended.then((value) => (outcome = value));
  while (Date.now() < end) {
    if (outcome) {
      throw new Error(`the server ended at once (${JSON.stringify(outcome)}):\n${server.log()}`);
    }
    const answer = await fetch(`${server.url}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the server does not become ready on ${server.url}:\n${server.log()}`);
}

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`expected ${name} in the environment; \`cargo xtask test\` sets it`);
  return path.resolve(value);
}
