/** Where in a long text one stands, as a value: every key makes a new one. */

export interface View {
  /** Index of the first line below the header. */
  readonly top: number;
  /** Columns that are scrolled out at the left. */
  readonly left: number;
  /** What `/` looked for last. */
  readonly wanted?: string;
  /** What is being typed behind `/`; absent when nothing is. */
  readonly typing?: string;
  readonly message?: string;
}

/** What the view is of. */
export interface Extent {
  /** Lines altogether. */
  readonly lines: number;
  /** Lines at the beginning that stay in sight. */
  readonly header: number;
  /** Lines of text that the screen holds below the header. */
  readonly height: number;
  readonly width: number;
}

export type PagerEffect = { readonly quit: true } | { readonly find: string; readonly from: number; readonly by: 1 | -1 };

type Move = (view: View, extent: Extent) => Partial<View>;

/** As less, vi and Emacs have them. */
const moves: readonly (readonly [readonly string[], Move])[] = [
  [['\u001b[B', '\u001bOB', 'j', '\r', '\u000e'], ({ top }) => ({ top: top + 1 })],
  [['\u001b[A', '\u001bOA', 'k', '\u0010'], ({ top }) => ({ top: top - 1 })],
  [[' ', 'f', '\u001b[6~', '\u0006', '\u0016'], ({ top }, { height }) => ({ top: top + height })],
  [['b', '\u001b[5~', '\u0002', '\u001bv'], ({ top }, { height }) => ({ top: top - height })],
  [['d', '\u0004'], ({ top }, { height }) => ({ top: top + Math.ceil(height / 2) })],
  [['u', '\u0015'], ({ top }, { height }) => ({ top: top - Math.ceil(height / 2) })],
  [['g', '<', '\u001b[H', '\u001bOH', '\u001b[1~'], () => ({ top: 0, left: 0 })],
  [['G', '>', '\u001b[F', '\u001bOF', '\u001b[4~'], () => ({ top: Infinity })],
  [['\u001b[C', '\u001bOC'], ({ left }, { width }) => ({ left: left + Math.ceil(width / 2) })],
  [['\u001b[D', '\u001bOD'], ({ left }, { width }) => ({ left: left - Math.ceil(width / 2) })],
  [['h', '?'], () => ({ message: 'arrows, Space, b, g, G move; / searches, n and N go on; q leaves' })],
];
const keys = new Map(moves.flatMap(([names, move]) => names.map((name) => [name, move] as const)));

/** A key, or a run of characters. */
export function press(view: View, key: string, extent: Extent): { readonly view: View; readonly effect?: PagerEffect } {
  const { message: _, ...calm } = view;
  if (view.typing !== undefined) return typing(calm, view.typing, key, extent);
  if (key === 'q' || key === 'Q' || key === '\u0003' || key === '\u001b') return { view: calm, effect: { quit: true } };
  if (key === '/') return { view: { ...calm, typing: '' } };
  if (key === 'n' || key === 'N') {
    if (view.wanted === undefined) return { view: { ...calm, message: 'Nothing was looked for yet: type / and a text.' } };
    const by = key === 'n' ? 1 : -1;
    return { view: calm, effect: { find: view.wanted, from: view.top + extent.header + by, by } };
  }
  return { view: within({ ...calm, ...keys.get(key)?.(view, extent) }, extent) };
}

function typing(view: View, typed: string, key: string, { header }: Extent): { readonly view: View; readonly effect?: PagerEffect } {
  const { typing: _, ...rest } = view;
  if (key === '\u001b' || key === '\u0003') return { view: rest };
  if (key === '\r') {
    const find = typed === '' ? view.wanted : typed;
    return find === undefined ? { view: rest } : { view: { ...rest, wanted: find }, effect: { find, from: header, by: 1 } };
  }
  if (key === '\u007f' || key === '\b') return { view: typed === '' ? rest : { ...view, typing: typed.slice(0, -1) } };
  return /^\p{Cc}/u.test(key) ? { view } : { view: { ...view, typing: typed + key } };
}

/** The line that was found comes to the top, as far as the end allows. */
export const found = (view: View, line: number, extent: Extent): View => within({ ...view, top: line - extent.header }, extent);

export function within(view: View, { lines, header, height }: Extent): View {
  const last = Math.max(0, lines - header - height);
  return { ...view, top: Math.min(last, Math.max(0, view.top)), left: Math.max(0, view.left) };
}
