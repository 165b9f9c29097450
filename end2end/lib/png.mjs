// Makes a screenshot small: at most 256 colours, and zlib's best effort. Pictures of an interface
// have few colours, so that nobody sees the difference, and a repository keeps every version.

import * as zlib from 'node:zlib';

export const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** A PNG with 8-bit channels in, a PNG with a palette out; the smaller of the two is given back. */
export function shrink(png) {
  const { width, height, pixels } = decode(png);
  const { palette, nearest } = quantize(pixels);
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0, at = 0; y < height; y += 1) {
    rows[at++] = 0;
    for (let x = 0; x < width; x += 1) rows[at++] = nearest(pixels[y * width + x]);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]));
  const small = Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', zlib.deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return small.length < png.length ? small : png;
}

/** The pixels as 0xRRGGBB; what is transparent counts as it looks on white. */
export function decode(png) {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new Error('expected a PNG');
  let header;
  const data = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = body;
    if (type === 'IDAT') data.push(body);
    at += 12 + length;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = { 2: 3, 6: 4 }[header[9]];
  if (header[8] !== 8 || !channels || header[12] !== 0) {
    throw new Error('expected a PNG with 8-bit colours, not interlaced');
  }
  const raw = unfilter(zlib.inflateSync(Buffer.concat(data)), width * channels, height, channels);
  const pixels = new Uint32Array(width * height);
  for (let i = 0, at = 0; i < pixels.length; i += 1, at += channels) {
    const alpha = channels === 4 ? raw[at + 3] / 255 : 1;
    const on = (value) => Math.round(value * alpha + 255 * (1 - alpha));
    pixels[i] = (on(raw[at]) << 16) | (on(raw[at + 1]) << 8) | on(raw[at + 2]);
  }
  return { width, height, pixels };
}

/** Takes PNG's five line filters back. */
function unfilter(raw, stride, height, step) {
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x >= step ? out[at - step] : 0;
      const up = y > 0 ? out[at - stride] : 0;
      const corner = x >= step && y > 0 ? out[at - stride - step] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      out[at] = raw[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return out;
}

function paeth(left, up, corner) {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Median cut: the box with the widest spread of its pixels is cut in two until there are 256. */
function quantize(pixels) {
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const all = [...counts].map(([colour, count]) => ({ colour, count, channels: split(colour) }));
  const boxes = [box(all)];
  while (boxes.length < 256) {
    boxes.sort((a, b) => a.weight - b.weight);
    const widest = boxes.at(-1);
    if (widest.colours.length < 2) break;
    boxes.pop();
    boxes.push(...cut(widest));
  }
  const palette = [];
  const index = new Map();
  for (const { colours } of boxes) {
    const total = colours.reduce((sum, { count }) => sum + count, 0);
    // The colour that is there most often stays exactly as it is: it is a background or a text.
    const main = colours.reduce((most, colour) => (colour.count > most.count ? colour : most));
    const mean = (channel) =>
      Math.round(colours.reduce((sum, { count, channels }) => sum + count * channels[channel], 0) / total);
    const colour = main.count * 2 > total ? main.colour : (mean(0) << 16) | (mean(1) << 8) | mean(2);
    for (const { colour: member } of colours) index.set(member, palette.length);
    palette.push(colour);
  }
  return { palette, nearest: (colour) => index.get(colour) };
}

const split = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];

function box(colours) {
  const ranges = [0, 1, 2].map((channel) => {
    let [low, high] = [255, 0];
    for (const { channels } of colours) {
      low = Math.min(low, channels[channel]);
      high = Math.max(high, channels[channel]);
    }
    return high - low;
  });
  const range = Math.max(...ranges);
  const total = colours.reduce((sum, { count }) => sum + count, 0);
  return { colours, channel: ranges.indexOf(range), weight: range * range * Math.log2(total + 1) };
}

function cut({ colours, channel }) {
  const sorted = [...colours].sort((a, b) => a.channels[channel] - b.channels[channel]);
  const [low, high] = [sorted[0].channels[channel], sorted.at(-1).channels[channel]];
  // In the middle of the range, not of the pixels: rare colours are often the ones that speak.
  const middle = (low + high) / 2;
  let at = sorted.findIndex(({ channels }) => channels[channel] > middle);
  if (at <= 0) at = sorted.length >> 1;
  return [box(sorted.slice(0, at)), box(sorted.slice(at))];
}

/** One chunk of a PNG with its length and checksum. */
export function chunk(type, body) {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length, 0);
  head.write(type, 4, 'latin1');
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), body])), 0);
  return Buffer.concat([head, body, tail]);
}

function crc32(bytes) {
  // Node has it since 22.2; older versions need the eight lines.
  if (zlib.crc32) return zlib.crc32(bytes);
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
