/** "Compare orders across services": what each service has of one thing, side by side; or a measure that is kept for each. */

import type { Translation } from '../../contract.js';
import { isMeasure, isText, names } from '../build/roles.js';
import type { ColumnEntry, Schema, TableEntry } from '../link/catalog.js';
import { nameWords } from '../link/catalog.js';
import { english } from '../tree/english.js';
import { sql } from '../tree/sql.js';
import type { Query, Source } from '../tree/tree.js';
import { count, query } from '../tree/tree.js';
import { answered } from './answered.js';
import type { Earning } from './earnings.js';
import { earningsOf, isEarned } from './earnings.js';
import type { FormInput } from './input.js';
import { mainTables, totals } from './report.js';
import { surely } from './sure.js';

const cue = /^(?:please |can you |could you )?(?:compare|contrast) (?:the )?(.+?) (?:across|between|among|over|in|by|per|of) (?:all |the |our |different |each |every |various |these )*(?:micro)?services?[?.!\s]*$/i;
const counting = /^(?:(?:total )?(?:number|count)s? of (?:the )?)|(?: (?:numbers?|counts?))$/gi;
const everything = new Set(['row', 'record', 'data', 'document', 'entry', 'size']);

/** What is compared, where the question compares services. */
export function comparedAcross(question: string): string | undefined {
  return cue.exec(question)?.[1];
}

export async function readAcrossServices({ question, schema, context }: FormInput): Promise<Translation | undefined> {
  const said = comparedAcross(question);
  if (said === undefined || schema.services.length < 2) return undefined;
  const compared = async (tree: Query | undefined, assumptions: readonly string[]) => (tree === undefined ? undefined : answered(tree, assumptions, 0.9, { context }));
  const noun = said.replaceAll(counting, '').trim();
  const words = nameWords(noun.replaceAll(/\s+/g, '_')).join(' ');
  const kept = keptForEach(words, schema);
  if (kept !== undefined) {
    const sure = await surely(`${/^(average|mean|total|highest|lowest|maximum|minimum)\b/i.test(said) ? '' : 'average '}${said} per ${kept.path.join(' ')}`, { schema, context });
    return sure === undefined ? undefined : { kind: 'statement', statement: sure.statement, confidence: sure.confidence, alternatives: [] };
  }
  if (isEarned(noun)) {
    const earnings = earningsOf(schema);
    return compared(money(earnings), earnings.map(({ column, without }) => [`"${noun}" of ${column.table.table.service} = the total of ${column.table.table.name}.${column.path.join('.')}`, ...without.map(({ note }) => note)].join(', ')));
  }
  if (everything.has(words)) return compared(counted(mainTables(schema)), ['of each service its main tables']);
  const own = schema.tables.filter((table) => table.names.some((name) => name.weight >= 0.85 && name.words.join(' ') === words));
  const rows = own.filter(({ table }) => table.kind !== 'topic');
  const left = own.filter((table) => !rows.includes(table)).map(({ table }) => `${table.service}.${table.name}`);
  if (new Set(rows.map(({ table }) => table.service)).size === 1) {
    const tree = totals(rows);
    return { kind: 'refusal', reason: `Only ${rows[0]!.table.service} has ${noun}, so there is nothing to compare.`, understood: [noun], notUnderstood: [], near: [{ sql: sql(tree), reading: english(tree), assumptions: [] }] };
  }
  return compared(counted(rows), left.length === 0 ? [] : [`${left.join(', ')} left out, for these are messages`]);
}

/** A measure beside the name of a service: `error_rate` of `service_health (service, ...)`. Gives the column of the names. */
function keptForEach(words: string, schema: Schema): ColumnEntry | undefined {
  const isDimension = (column: ColumnEntry) => column.path.length === 1 && isText(column.type) && names(column, 'service', 'service name') && column.values.some((value) => schema.services.includes(value));
  const found = schema.tables.flatMap((table) => {
    const dimension = table.columns.find(isDimension);
    const measured = table.columns.some((column) => isMeasure(column) && column.names.some((name) => name.weight >= 0.9 && words.endsWith(name.words.join(' '))));
    return dimension === undefined || !measured ? [] : [dimension];
  });
  return found.length === 1 ? found[0] : undefined;
}

function counted(tables: readonly TableEntry[]): Query | undefined {
  return tables.length < 2 ? undefined : totals(tables);
}

/** Money that came, each currency by itself; where a table names none, none is said. */
function money(earnings: readonly Earning[]): Query | undefined {
  if (new Set(earnings.map(({ column }) => column.table.table.service)).size < 2) return undefined;
  const one = ({ column, without }: Earning): Query => {
    const { table } = column.table;
    const source: Source = { alias: table.name, table };
    const at = ({ path, type }: ColumnEntry) => ({ kind: 'column', source, path, type }) as const;
    const currency = column.table.columns.find((c) => isText(c.type) && names(c, 'currency', 'currency code'));
    return query(source, {
      select: [
        { expr: { kind: 'text', value: table.service }, as: 'service' },
        { expr: { kind: 'text', value: `${table.name}.${column.path.join('.')}` }, as: 'measure' },
        { expr: currency === undefined ? { kind: 'text', value: '' } : at(currency), as: 'currency' },
        { expr: { kind: 'aggregate', name: 'sum', arg: at(column) }, as: 'total' },
        { expr: count, as: 'row_count' },
      ],
      where: without.map(({ predicate }) => predicate({ source })),
      group: currency === undefined ? [] : [at(currency)],
    });
  };
  return earnings.map(one).reduceRight((right, left) => ({ ...left, set: { op: 'UNION ALL', right } }));
}
