// What Chromium is started with, in tests, for pictures and for measurements: nothing that makes noise.

export const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
