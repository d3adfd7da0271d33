/** Text inside of HTML or XML, elements and attributes alike: harmless, and legal in XML 1.0. */

import { safeText } from './safe.js';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function markup(text: string): string {
  return safeText(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character]!);
}
