/** The values of a CHECK (column IN (...)), from the forms in which PostgreSQL prints it. */

const one = /^CHECK \(+(?:"(?:[^"]|"")+"|\w+)\)?(?:::[\w ]+)? = ('(?:[^']|'')*'(?:::[\w ]+)?)\)+$/s;

/** CHECK ((status = ANY (ARRAY['new'::text, 'it''s'::text]))) -> new, it's; CHECK ((status = 'new'::text)) -> new; undefined for any other condition. */
export function checkedValues(definition: string): string[] | undefined {
  const match = /^CHECK \(+(?:"(?:[^"]|"")+"|\w+)\)?(?:::[\w ]+)? = ANY \(+ARRAY\[(.*?)\]\)*(?:::[\w ]+\[\])?\)+$/s.exec(definition) ?? one.exec(definition);
  if (!match) return undefined;
  const values: string[] = [];
  const item = /\s*'((?:[^']|'')*)'(?:::[\w ]+)?(?:,|$)/gy;
  const list = match[1]!;
  while (item.lastIndex < list.length) {
    const found = item.exec(list);
    if (!found) return undefined;
    values.push(found[1]!.replaceAll("''", "'"));
  }
  return values.length > 0 ? values : undefined;
}
