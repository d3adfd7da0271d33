/** A terminal's cells as SVG: a window on a dark ground, each run of equal style placed by its own column. */

import type { IBufferCell, IBufferLine, Terminal } from '@xterm/headless';

const font = { size: 14, width: 8.43, height: 18 } as const;
const ground = '#1e222a';
const ink = '#d8dee9';
/** The sixteen colours of a terminal, and the levels of the 6 x 6 x 6 cube behind them (xterm's). */
const sixteen = ['#3b4252', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d8dee9', '#5c6370', '#ef7f87', '#b0d792', '#f0cf8f', '#82c3ff', '#d79bea', '#7cc9d4', '#ffffff'];
const levels = [0, 95, 135, 175, 215, 255];

interface Run {
  readonly x: number;
  width: number;
  text: string;
  readonly fill: string;
  readonly attributes: string;
  readonly back: string | undefined;
}

/** `columns`: as wide as the terminal was. Empty lines at the end are left out. */
export function svgOf(screen: Terminal, columns: number, label: string): string {
  const { active } = screen.buffer;
  let last = active.length - 1;
  while (last > 0 && active.getLine(last)!.translateToString(true) === '') last -= 1;
  const width = Math.ceil(columns * font.width + 32);
  const height = (last + 1) * font.height + 60;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">`,
    `<rect width="100%" height="100%" rx="8" fill="${ground}"/>`,
    ...['#e06c75', '#e5c07b', '#98c379'].map((color, i) => `<circle cx="${20 + i * 18}" cy="18" r="6" fill="${color}"/>`),
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${font.size}">`,
    ...Array.from({ length: last + 1 }, (_, y) => row(active.getLine(y)!, y, columns)).flat(),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function row(line: IBufferLine, y: number, columns: number): string[] {
  const runs: Run[] = [];
  for (let x = 0; x < columns; x += 1) {
    const cell = line.getCell(x);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const text = cell.getChars() || ' ';
    const style = styleOf(cell);
    const run = runs.at(-1);
    // What is drawn with blocks and Braille stands cell by cell: fonts disagree about their widths.
    const drawn = /[\u2580-\u259f\u2800-\u28ff]/.test(text);
    if (run !== undefined && !drawn && run.fill === style.fill && run.attributes === style.attributes && run.back === style.back && cell.getWidth() === 1) {
      run.text += text;
      run.width += 1;
    } else {
      runs.push({ x, width: cell.getWidth(), text, ...style });
    }
  }
  const top = 40 + (y + 1) * font.height - 4;
  return runs.flatMap(({ x, width, text, fill, attributes, back }) => [
    ...(back === undefined ? [] : [`<rect x="${at(x)}" y="${top - font.height + 5}" width="${(width * font.width).toFixed(1)}" height="${font.height}" fill="${back}"/>`]),
    ...(isBraille(text) ? dots(text, x, top, fill) : words(text, x, width, top, `fill="${fill}"${attributes}`)),
  ]);
}

const at = (x: number): string => (16 + x * font.width).toFixed(1);
const isBraille = (text: string): boolean => /^[\u2800-\u28ff]$/.test(text);

/** Browsers collapse spaces, so what stands between two or more of them is placed by itself. */
function words(text: string, x: number, width: number, top: number, attributes: string): string[] {
  // One character of two columns, or as many columns as characters.
  if (width !== text.length) return text.trim() === '' ? [] : [`<text x="${at(x)}" y="${top}" ${attributes}>${escaped(text)}</text>`];
  return [...text.matchAll(/\S+(?: \S+)*/g)].map((match) => {
    const [word] = match;
    return `<text x="${at(x + match.index)}" y="${top}" textLength="${(word.length * font.width).toFixed(1)}" ${attributes}>${escaped(word)}</text>`;
  });
}

/** Fonts draw Braille as they like, or not at all: its dots are drawn here, in two columns of four. */
function dots(text: string, x: number, top: number, fill: string): string[] {
  const bits = text.codePointAt(0)! - 0x2800;
  const places = [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], [0, 3], [1, 3]] as const;
  return places.flatMap(([column, line], bit) =>
    (bits >> bit) % 2 === 0 ? [] : [`<circle cx="${(16 + (x + 0.25 + column / 2) * font.width).toFixed(1)}" cy="${(top - font.height + 7 + line * (font.height / 4)).toFixed(1)}" r="1.4" fill="${fill}"/>`],
  );
}

function styleOf(cell: IBufferCell): Pick<Run, 'fill' | 'attributes' | 'back'> {
  const front = cell.isFgRGB() ? hex(cell.getFgColor()) : cell.isFgPalette() ? palette(cell.getFgColor()) : ink;
  const behind = cell.isBgRGB() ? hex(cell.getBgColor()) : cell.isBgPalette() ? palette(cell.getBgColor()) : undefined;
  const inverse = cell.isInverse() !== 0;
  const attributes = `${cell.isBold() ? ' font-weight="bold"' : ''}${cell.isDim() ? ' opacity="0.6"' : ''}`;
  return { fill: inverse ? (behind ?? ground) : front, back: inverse ? front : behind, attributes };
}

const hex = (color: number): string => `#${color.toString(16).padStart(6, '0')}`;

function palette(index: number): string {
  if (index < 16) return sixteen[index]!;
  const grey = 8 + (index - 232) * 10;
  const [r, g, b] = index >= 232 ? [grey, grey, grey] : [36, 6, 1].map((step) => levels[Math.floor((index - 16) / step) % 6]!);
  return hex((r! << 16) | (g! << 8) | b!);
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
