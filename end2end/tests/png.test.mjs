// The pictures of the documentation stay what they were when they are made small.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { SIGNATURE, chunk, decode, shrink } from '../lib/png.mjs';

/** A truecolour PNG, each line with another of the five filters. */
function truecolour(width, height, colourAt) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const plain = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => colourAt(x, y)).flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]),
  );
  const rows = plain.map((row, y) => {
    const filter = y % 3;
    const before = { 0: () => 0, 1: (x) => row[x - 3] ?? 0, 2: (x) => plain[y - 1]?.[x] ?? 0 }[filter];
    return Buffer.from([filter, ...row.map((value, x) => (value - before(x)) & 255)]);
  });
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.concat(rows))), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...parts]);
}

test('a picture of few colours is the same afterwards', () => {
  const png = truecolour(64, 48, (x, y) => [0xffffff, 0x0b6e69, 0x131a1b][(x * y) % 3]);
  const small = shrink(png);
  // Read back through a browser's eyes is not possible here; the palette is checked by hand.
  const palette = small.subarray(small.indexOf('PLTE') + 4, small.indexOf('IDAT') - 8);
  assert.equal(palette.length % 3, 0);
  const colours = new Set(Array.from({ length: palette.length / 3 }, (_, i) => palette.readUIntBE(i * 3, 3)));
  assert.deepEqual(colours, new Set([0xffffff, 0x0b6e69, 0x131a1b]));
  assert.deepEqual(decode(png).pixels.slice(0, 4), new Uint32Array([0xffffff, 0xffffff, 0xffffff, 0xffffff]));
});

test('a picture of many colours gets smaller and keeps its commonest colour', () => {
  const noisy = (x, y) => (x < 100 ? 0xf6f8f8 : ((x * 7919 + y * 104729) % 0x1000000));
  const png = truecolour(160, 120, noisy);
  const small = shrink(png);
  assert.ok(small.length < png.length / 2, `${small.length} of ${png.length}`);
  const palette = small.subarray(small.indexOf('PLTE') + 4, small.indexOf('IDAT') - 8);
  assert.ok(palette.length <= 256 * 3);
  assert.ok(palette.includes(Buffer.from([0xf6, 0xf8, 0xf8])));
});
