/** What a gold statement asks for, in the few words that a report groups by. */

export function kindOf(sql: string): string {
  const has = (pattern: RegExp) => pattern.test(sql);
  if (has(/\b(intersect|union|except)\b/i)) return 'set operation';
  if (has(/\(\s*select/i)) return has(/not\s+in/i) ? 'not in' : 'nested';
  const parts = [
    has(/\bjoin\b/i) ? 'join' : 'one table',
    ...(has(/\bwhere\b/i) ? ['where'] : []),
    ...(has(/\bgroup\s+by\b/i) ? ['group'] : []),
    ...(has(/\bhaving\b/i) ? ['having'] : []),
    ...(has(/\border\s+by\b/i) ? ['order'] : []),
  ];
  return parts.join(' ');
}
