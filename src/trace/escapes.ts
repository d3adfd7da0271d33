/** How JSON may write a text: any character as \uXXXX with digits of either case, some behind a backslash (RFC 8259, section 7). */

/** A regular expression of plain parts alone: characters, groups, alternatives, classes of two letters. */
export function escapedPattern(text: string): string {
  return [...text].map(character).join('');
}

/** Stands in a JSON text that holds one of the texts with any of its characters escaped. */
export function escapeStart(texts: readonly string[]): string {
  return texts.some((text) => /[^ !#-.0-[\]-~]/.test(text)) ? '\\' : '\\u00';
}

function character(char: string): string {
  const units = Array.from({ length: char.length }, (_, i) => `\\\\u${[...char.charCodeAt(i).toString(16).padStart(4, '0')].map(digit).join('')}`).join('');
  const must = char === '"' || char === '\\';
  const plain = must ? [] : [/[\^$.*+?()[\]{}|]/.test(char) ? `\\${char}` : char];
  const behind = must || char === '/' ? [`\\\\${char === '\\' ? '\\\\' : char}`] : [];
  return `(?:${[...plain, ...behind, units].join('|')})`;
}

function digit(hex: string): string {
  return /[a-f]/.test(hex) ? `[${hex}${hex.toUpperCase()}]` : hex;
}
