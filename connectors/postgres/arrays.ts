/** Array parameters as PostgreSQL's text form. */

/** {1,2} or {"a b","NULL"}: quoted wherever an element could be split or read as NULL. */
export function arrayText(elements: readonly string[]): string {
  return `{${elements.map(element).join(',')}}`;
}

function element(text: string): string {
  return /^[\w.+:-]+$/.test(text) && !/^null$/i.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
