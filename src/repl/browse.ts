/** Going up and down through history without losing what was being typed. */

export interface Browsing {
  /** Index into the entries; their length means the line being typed. */
  readonly at: number;
  readonly draft: string;
}

/** The text to show and where that is, or undefined at either end. Only entries that begin with the draft are met. */
export function browse(entries: readonly string[], browsing: Browsing | undefined, current: string, by: -1 | 1): { browsing: Browsing; text: string } | undefined {
  const { at, draft } = browsing ?? { at: entries.length, draft: current };
  for (let i = at + by; i >= 0 && i <= entries.length; i += by) {
    if (i === entries.length) return { browsing: { at: i, draft }, text: draft };
    const entry = entries[i]!;
    if (entry.startsWith(draft)) return { browsing: { at: i, draft }, text: entry };
  }
  return undefined;
}
