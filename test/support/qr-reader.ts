// Reads QR codes off clean pictures, by ISO/IEC 18004 and nothing of the library that draws them: versions 1 to 6.
import { inflateSync } from 'node:zlib';

/** Rows of pixels or modules; true is dark. */
type Bitmap = readonly (readonly boolean[])[];

type Level = 'L' | 'M' | 'Q' | 'H';

/** Data codewords of each block, by version from 1 on (table 9). */
const BLOCKS: Readonly<Record<Level, readonly (readonly number[])[]>> = {
  L: [[19], [34], [55], [80], [108], [68, 68]],
  M: [[16], [28], [44], [32, 32], [43, 43], [27, 27, 27, 27]],
  Q: [[13], [22], [17, 17], [24, 24], [15, 15, 16, 16], [19, 19, 19, 19]],
  H: [[9], [16], [13, 13], [9, 9, 9, 9], [11, 11, 12, 12], [15, 15, 15, 15]],
};

const LEVELS: readonly Level[] = ['M', 'L', 'H', 'Q'];

const MASKS: readonly ((row: number, column: number) => boolean)[] = [
  (i, j) => (i + j) % 2 === 0,
  (i) => i % 2 === 0,
  (_, j) => j % 3 === 0,
  (i, j) => (i + j) % 3 === 0,
  (i, j) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2 === 0,
  (i, j) => ((i * j) % 2) + ((i * j) % 3) === 0,
  (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2 === 0,
  (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2 === 0,
];

/** The modules of a picture: the first dark pixel is the corner of a finder, whose edge is seven modules. */
const modulesOf = (picture: Bitmap): Bitmap => {
  const top = picture.findIndex((row) => row.includes(true));
  const edge = picture[top] ?? [];
  const left = edge.indexOf(true);
  const right = edge.lastIndexOf(true) + 1;
  const module = (edge.indexOf(false, left) - left) / 7;
  // Versions differ by four modules.
  const size = 17 + 4 * Math.round(((right - left) / module - 17) / 4);
  const exact = (right - left) / size;
  const at = (from: number, i: number) => Math.floor(from + (i + 0.5) * exact);
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => picture[at(top, i)]?.[at(left, j)] ?? false),
  );
};

const formatOf = (modules: Bitmap): { readonly level: Level; readonly mask: number } => {
  const places = [0, 1, 2, 3, 4, 5, 7, 8].map((i): [number, number] => [i, 8]);
  const more = [7, 5, 4, 3, 2, 1, 0].map((j): [number, number] => [8, j]);
  const bits = [...places, ...more].reduce((sum, [i, j], n) => sum | (Number(modules[i]?.[j]) << n), 0) ^ 0x5412;
  return { level: LEVELS[bits >> 13] as Level, mask: (bits >> 10) & 7 };
};

/** Finders with their formats, timing, and from version 2 on the one alignment pattern. */
const isFunction = (size: number, i: number, j: number): boolean =>
  (i < 9 && j < 9) ||
  (i < 9 && j >= size - 8) ||
  (i >= size - 8 && j < 9) ||
  i === 6 ||
  j === 6 ||
  (size > 21 && Math.abs(i - (size - 7)) <= 2 && Math.abs(j - (size - 7)) <= 2);

/** Codewords in the order they were placed: up and down in pairs of columns from the right. */
const codewordsOf = (modules: Bitmap, mask: number): number[] => {
  const size = modules.length;
  const bits: boolean[] = [];
  for (let right = size - 1, pair = 0; right > 0; right -= right === 8 ? 3 : 2, pair++) {
    for (let step = 0; step < size; step++) {
      const i = pair % 2 === 0 ? size - 1 - step : step;
      for (const j of [right, right - 1]) {
        if (!isFunction(size, i, j)) bits.push((modules[i]?.[j] ?? false) !== MASKS[mask]?.(i, j));
      }
    }
  }
  return Array.from({ length: Math.floor(bits.length / 8) }, (_, n) =>
    bits.slice(n * 8, n * 8 + 8).reduce((byte, bit) => byte * 2 + Number(bit), 0),
  );
};

const dataOf = (codewords: readonly number[], lengths: readonly number[]): number[] => {
  const blocks = lengths.map((): number[] => []);
  let next = 0;
  for (let i = 0; i < Math.max(...lengths); i++) {
    for (const [b, block] of blocks.entries()) if (i < (lengths[b] ?? 0)) block.push(codewords[next++] ?? 0);
  }
  return blocks.flat();
};

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

const textOf = (data: readonly number[]): string => {
  const bits = data.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let at = 0;
  const take = (count: number) => {
    at += count;
    return Number.parseInt(bits.slice(at - count, at), 2);
  };
  let text = '';
  for (let mode = take(4); mode > 0; mode = at + 4 <= bits.length ? take(4) : 0) {
    if (mode === 4) {
      text += Buffer.from(Array.from({ length: take(8) }, () => take(8))).toString('utf8');
    } else if (mode === 2) {
      let left = take(9);
      for (; left > 1; left -= 2) {
        const two = take(11);
        text += `${ALPHANUMERIC[Math.floor(two / 45)]}${ALPHANUMERIC[two % 45]}`;
      }
      if (left === 1) text += ALPHANUMERIC[take(6)];
    } else if (mode === 1) {
      for (let left = take(10); left > 0; left -= 3) {
        const digits = Math.min(left, 3);
        text += String(take([4, 7, 10][digits - 1] ?? 0)).padStart(digits, '0');
      }
    } else throw new Error(`a segment of mode ${mode}`);
  }
  return text;
};

/** What a code says, and how much of it may be lost. */
export const readQr = (picture: Bitmap): { readonly text: string; readonly level: Level; readonly modules: number } => {
  const modules = modulesOf(picture);
  const { level, mask } = formatOf(modules);
  const lengths = BLOCKS[level][(modules.length - 17) / 4 - 1];
  if (!lengths) throw new Error(`a code of ${modules.length} modules`);
  return { text: textOf(dataOf(codewordsOf(modules, mask), lengths)), level, modules: modules.length };
};

/** The pixels of a PNG of 8 bits, RGB or RGBA, not interlaced. */
export const pngPixels = (bytes: Buffer): Bitmap => {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const [type, data] = [bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at + 8, at + 8 + length)];
    chunks.push({ type, data });
    at += 12 + length;
  }
  const header = chunks.find(({ type }) => type === 'IHDR')?.data ?? Buffer.alloc(13);
  const [width, height, channels] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9] === 6 ? 4 : 3];
  const raw = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
  const stride = width * channels;
  let above = Buffer.alloc(stride);
  return Array.from({ length: height }, (_, y) => {
    const filter = raw[y * (stride + 1)] ?? 0;
    const line = Buffer.from(raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)));
    for (let x = 0; x < stride; x++) {
      const [a, b, c] = [
        x < channels ? 0 : (line[x - channels] ?? 0),
        above[x] ?? 0,
        x < channels ? 0 : (above[x - channels] ?? 0),
      ];
      const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
      const paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      line[x] = ((line[x] ?? 0) + ([0, a, b, Math.floor((a + b) / 2), paeth][filter] ?? 0)) & 255;
    }
    above = line;
    return Array.from({ length: width }, (_, x) => (line[x * channels] ?? 255) < 128);
  });
};

/** The modules of an SVG whose dark ones are runs of a stroked path, one unit each. */
export const svgPixels = (svg: string): Bitmap => {
  const size = Number(/viewBox="0 0 (\d+) \d+"/.exec(svg)?.[1]);
  const path = /stroke="#000000" d="([^"]+)"/.exec(svg)?.[1] ?? '';
  const rows = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  let [x, y] = [0, 0];
  for (const [, command, first, second] of path.matchAll(/([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?/g)) {
    if (command === 'M') [x, y] = [Number(first), Math.floor(Number(second))];
    else if (command === 'm') x += Number(first);
    else {
      rows[y]?.fill(true, x, x + Number(first));
      x += Number(first);
    }
  }
  return rows;
};
