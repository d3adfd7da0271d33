/** The words of a SELECT: what is coloured, what Tab offers, and which names must be quoted because they are among them. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Reserved in DuckDB: a column of that name needs quotes. */
const reserved = words(`
  all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default deferrable
  desc describe distinct do else end except false fetch for foreign from group having in initially intersect into lambda
  lateral leading limit not null offset on only or order pivot placing primary qualify references returning select show some
  summarize symmetric table then to trailing true union unique unpivot using variadic when where window with
`);

const others = words(`
  anti asof between bigint blob boolean by cross current date day decimal double escape exclude exists extract filter first
  float following full grouping sets hour ilike inner integer interval is join last left like minute month natural nulls
  outer over partition percent positional preceding range recursive replace right rollup cube row rows sample second semi
  similar smallint struct text time timestamp timestamptz try_cast unbounded uuid values varchar within without year
`);

export const reservedWords: ReadonlySet<string> = new Set(reserved);
export const keywords: ReadonlySet<string> = new Set([...reserved, ...others]);

/** Keywords that Tab offers: those that begin or join clauses of a SELECT, and its operators. */
export const offeredKeywords: readonly string[] = words(`
  SELECT FROM WHERE GROUP ORDER BY HAVING LIMIT OFFSET JOIN LEFT RIGHT FULL INNER CROSS ON USING AS AND OR NOT NULL IS IN
  LIKE ILIKE BETWEEN EXISTS CASE WHEN THEN ELSE END CAST TRY_CAST DISTINCT ALL ASC DESC NULLS FIRST LAST WITH RECURSIVE UNION
  INTERSECT EXCEPT VALUES OVER PARTITION WINDOW QUALIFY FILTER INTERVAL EXTRACT TRUE FALSE LATERAL ANY SOME EXCLUDE REPLACE
`);
