/**
 * Makes text that comes from a store, a model or a file harmless on a screen: no control sequence, no direction
 * override, no invisible character reaches the terminal as itself. What is replaced stays visible, so that a value
 * with an escape in it doesn't look like one without.
 */

/** C0, DEL, C1; line and paragraph separators; bidi controls; zero-width and annotation characters; tags; lone surrogates. */
const hostile =
  /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]|\p{Surrogate}/gu;

/** What needs no closer look, which most text is. */
const plain = /^[\x20-\x7e\n]*$/;

function visible(character: string): string {
  const code = character.codePointAt(0)!;
  // The Unicode pictures for C0 controls and DEL: one column each.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** One line of harmless text. */
export function safeText(text: string): string {
  return text.replace(hostile, visible);
}

/** Several lines of harmless text, for queries and messages that have them. */
export function safeLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/).map((line) => safeText(line.replaceAll('\t', '  ')));
}

/** JSON in which the same characters are written as \u escapes: equal data, nothing for a terminal to act on. */
export function safeJson(json: string): string {
  if (plain.test(json)) return json;
  return json.replace(hostile, (character) =>
    // Line feeds and the like can only be the layout's own: inside JSON strings they are escaped already.
    character === '\n' ? character : [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}
