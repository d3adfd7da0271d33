/** Colours of series and of heat, in as many as the terminal has. */

/** Bits: none, the 16 of every terminal, the 256 of xterm, true colour. */
export type ColorDepth = 0 | 4 | 8 | 24;

/** Told apart by most eyes, on light and on dark; the same in SVG. */
export const seriesColors = ['#4c8dff', '#e8912d', '#2fa36b', '#b467d6', '#e0524f', '#2ba3b8'] as const;
const sixteen = [34, 33, 32, 35, 31, 36] as const;

export interface Ink {
  readonly depth: ColorDepth;
  series(index: number, text: string): string;
  /** @param share 0 to 1 */
  heat(share: number, text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

export function inkOf(depth: ColorDepth): Ink {
  const painted = (code: string, text: string, off = '39'): string => (depth === 0 || text === '' ? text : `\u001b[${code}m${text}\u001b[${off}m`);
  const colour = (rgb: Rgb): string => (depth === 24 ? `8;2;${rgb.join(';')}` : `8;5;${cube(rgb)}`);
  return {
    depth,
    series: (index, text) => painted(depth === 4 ? String(sixteen[index % sixteen.length]!) : `3${colour(rgbOf(seriesColors[index % seriesColors.length]!))}`, text),
    heat: (share, text) => (depth < 8 ? painted('36', text) : painted(`4${colour(heatColor(share))}`, text, '49')),
    dim: (text) => painted('2', text, '22'),
    bold: (text) => painted('1', text, '22'),
  };
}

type Rgb = readonly [number, number, number];

const rgbOf = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;

/** From nearly black over blue and orange to pale yellow: brighter is more, in every theme. */
const stops: readonly Rgb[] = [[20, 24, 48], [43, 70, 140], [150, 70, 130], [232, 110, 70], [252, 225, 140]];

export function heatColor(share: number): Rgb {
  const at = Math.max(0, Math.min(1, share)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  return stops[low]!.map((from, i) => Math.round(from + (stops[low + 1]![i]! - from) * (at - low))) as unknown as Rgb;
}

/** The nearest of xterm's 6 x 6 x 6 cube. */
function cube(rgb: Rgb): number {
  const [r, g, b] = rgb.map((value) => (value < 48 ? 0 : value < 115 ? 1 : Math.min(5, Math.floor((value - 35) / 40)))) as unknown as Rgb;
  return 16 + 36 * r + 6 * g + b;
}
