/** A bounded look at a table's text: which columns are not UTF-8, and the values of those that have few. */

import { AishellError } from '../contract.js';
import type { Connection } from './client.js';
import { rows } from './client.js';
import { quote } from './native-type.js';
import { mapType } from './types.js';

const sampledRows = 10_000;
const fewValues = 20;
/** Text columns past these are not looked at: a table of thousands has no few-valued ones worth the time. */
const mostColumns = 200;

export interface TextSample {
  readonly binary: readonly string[];
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly warning?: string;
}

export async function sampleText(
  connection: Connection,
  table: { readonly database: string; readonly name: string },
  columns: readonly { readonly name: string; readonly type: string; readonly kind: string }[],
  signal: AbortSignal,
): Promise<TextSample> {
  const some = columns.filter((column) => column.kind !== 'EPHEMERAL' && /^(LowCardinality\(|Nullable\(|SimpleAggregateFunction\(\w+, )*(String|FixedString\(\d+\))\)*$/.test(column.type)).slice(0, mostColumns);
  const binary: string[] = [];
  const values = new Map<string, readonly string[]>();
  try {
    if (some.length === 0) return { binary, values };
    const items = some.flatMap(({ name, type }, i) => {
      const text = mapType(type).read(quote(name));
      return [`countIf(NOT isValidUTF8(assumeNotNull(${text}))) AS b${i}`, `groupUniqArrayIf(${fewValues + 1})(${text}, length(${text}) <= 64) AS v${i}`, `countIf(length(${text}) > 64) AS l${i}`];
    });
    const from = `SELECT ${some.map(({ name }) => quote(name)).join(', ')} FROM ${quote(table.database)}.${quote(table.name)} LIMIT ${sampledRows}`;
    const limit = Object.keys(connection.session).length > 0 ? " SETTINGS max_execution_time = 5, timeout_overflow_mode = 'throw'" : '';
    const [row] = await rows<Record<string, unknown>>(connection, signal, `SELECT ${items.join(', ')} FROM (${from})${limit}`);
    some.forEach(({ name }, i) => {
      if (Number(row?.[`b${i}`]) > 0) return void binary.push(name);
      const seen = row?.[`v${i}`];
      const few = Array.isArray(seen) && seen.length > 0 && seen.length <= fewValues && Number(row?.[`l${i}`]) === 0;
      if (few) values.set(name, (seen as string[]).toSorted());
    });
    return { binary, values };
  } catch (error) {
    // A table that can't be sampled (no right, a broken view) can still be described.
    const skippable = error instanceof AishellError && (error.code === 'source.denied' || error.code === 'source.failed' || error.code === 'source.timeout' || error.code === 'source.schema_changed');
    if (!skippable || signal.aborted) throw error;
    return { binary, values, warning: `its values could not be sampled (${error.message.replace(`${connection.service}: `, '')})` };
  }
}
