/** What a model may answer, checked field by field: a reply is text from outside like any other. */

export type Reply =
  | { readonly kind: 'statement'; readonly sql: string; readonly reading: string; readonly assumptions: readonly string[] }
  | { readonly kind: 'cannot'; readonly reason: string };

/** JSON Schema for servers that know structured output. */
export const replySchema = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'sql', 'reading', 'assumptions', 'reason'],
  properties: {
    kind: { type: 'string', enum: ['statement', 'cannot'] },
    sql: { type: ['string', 'null'] },
    reading: { type: ['string', 'null'] },
    assumptions: { type: ['array', 'null'], items: { type: 'string' } },
    reason: { type: ['string', 'null'] },
  },
} as const;

const maxSql = 20_000;
const maxText = 500;

/** @returns undefined where the text is no such reply */
export function parseReply(text: string): Reply | undefined {
  const reply = parseObject(text);
  if (reply === undefined) return undefined;
  if (reply['kind'] === 'cannot') {
    return { kind: 'cannot', reason: line(reply['reason']) || 'The model gave no reason.' };
  }
  const { kind, sql, assumptions } = reply;
  if (kind !== 'statement' || typeof sql !== 'string' || sql.trim() === '' || sql.length > maxSql) return undefined;
  return {
    kind: 'statement',
    sql: sql.trim().replace(/;\s*$/, ''),
    reading: line(reply['reading']),
    assumptions: Array.isArray(assumptions) ? assumptions.map(line).filter((text) => text !== '').slice(0, 10) : [],
  };
}

/** Small models wrap JSON in a code fence, or put a sentence before it. */
function parseObject(text: string): Record<string, unknown> | undefined {
  const from = text.indexOf('{');
  const to = text.lastIndexOf('}');
  if (from === -1 || to < from) return undefined;
  try {
    const value: unknown = JSON.parse(text.slice(from, to + 1));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function line(value: unknown): string {
  return typeof value === 'string' ? value.replace(/\s+/g, ' ').trim().slice(0, maxText) : '';
}
