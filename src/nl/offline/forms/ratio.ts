/**
 * "Average number of visits per doctor", "ratio of returns to orders": one number of rows divided by another. The mean per
 * thing counts every thing, also those without a row; over those that have some is the other reading.
 */

import type { Statement, Translation } from '../../contract.js';
import { Scope, multiplies } from '../build/scope.js';
import type { TableEntry } from '../link/catalog.js';
import { graphOf } from '../link/graph.js';
import { isMeasure } from '../build/roles.js';
import { matchColumns, matchTables } from '../link/match.js';
import { moneyOf, pluralName } from '../read/measures.js';
import { tokenize } from '../text/tokens.js';
import { english } from '../tree/english.js';
import { sql } from '../tree/sql.js';
import type { Query, Scalar } from '../tree/tree.js';
import { count } from '../tree/tree.js';
import type { FormInput } from './input.js';
import { surely } from './sure.js';

const lead = String.raw`(?:(?:please )?(?:show|give|tell|find|compute|calculate|what is|what was|what's)(?: me| us)? )?(?:the |an? )?`;
const means = [
  new RegExp(String.raw`^${lead}(?:average|avg|mean) (?:number|count) of (.+?) (?:per|for each|for every|of each|by) (.+?)[?.!\s]*$`, 'i'),
  new RegExp(String.raw`^${lead}(?:average|avg|mean) (.+?) (?:per|for each|for every) (.+?)[?.!\s]*$`, 'i'),
  /^how many (.+?) (?:per|for each|for every) (.+?) on average[?.!\s]*$/i,
  /^how many (.+?) (?:does|do|did) (?:an?|each|every|the average) (.+?) (?:have|has|had|get|make|place|write)(?: on average)?[?.!\s]*$/i,
  /^on average,? how many (.+?) (?:per|for each|for every) (.+?)[?.!\s]*$/i,
];
const ratios = [new RegExp(String.raw`^${lead}ratio (?:of|between) (.+?) (?:to|and) (.+?)[?.!\s]*$`, 'i'), new RegExp(String.raw`^${lead}(.+?) to (.+?) ratio[?.!\s]*$`, 'i')];

const divisions = [new RegExp(String.raw`^${lead}(.+?) (?:divided by|relative to|in relation to) (.+?)[?.!\s]*$`, 'i'), new RegExp(String.raw`^${lead}ratio (?:of|between) ((?:total|sum of|average) .+?|.+?) (?:to|and) (.+?)[?.!\s]*$`, 'i')];

/** "refunds divided by payments", "ratio of refund amount to payment amount": by rows, or by what they add up to. */
async function readDivision(over: string, under: string, isRatio: boolean, input: FormInput): Promise<Translation | undefined> {
  if (input.schema.services.length < 2 || / (?:per|by|for each|in each) /i.test(`${over} ${under}`)) return undefined;
  const [part, whole] = [await quantity(over, input), await quantity(under, input)];
  const rows = [await counted(over, input), await counted(under, input)] as const;
  if (part !== undefined && whole !== undefined && (rows[0] === undefined || rows[1] === undefined || !isRatio)) {
    const sums = divided(part.tree, part.tree.select[0]!.expr, whole.tree);
    const notes = [...part.notes, ...whole.notes];
    if (part.said && whole.said) return answer([sums], notes, Math.min(part.confidence, whole.confidence), input);
    if (rows[0] === undefined || rows[1] === undefined) return undefined;
    const both = await answer([divided(rows[0].tree, count, rows[1].tree), sums], notes, 0.9, input, ['numbers of rows', 'what they add up to']);
    if (both?.kind !== 'statement') return undefined;
    return { kind: 'refusal', reason: 'It does not say whether rows are divided, or what they add up to.', understood: [], notUnderstood: [over, under], near: [both.statement, ...both.alternatives] };
  }
  const [first, second] = [rows[0] ?? part, rows[1] ?? whole];
  if (first === undefined || second === undefined) return undefined;
  return answer([divided(first.tree, first.tree.select[0]!.expr, second.tree)], [...first.notes, ...second.notes], Math.min(first.confidence, second.confidence), input);
}

/** One number that is added up, averaged or counted as it is said; `said` is false where only a table is named. */
async function quantity(text: string, input: FormInput): Promise<{ tree: Query; notes: readonly string[]; confidence: number; said: boolean } | undefined> {
  const measured = /^(total|sum of|average|avg|mean|number of|count of|how many|maximum|minimum|highest|lowest)\b/i.test(text);
  const table = matchTables(input.schema, tokenize(text).map((t) => t.lemma), false).find((m) => m.score >= 0.95)?.table;
  const money = table === undefined ? undefined : moneyOf(table);
  const sure = await surely(measured ? text : money === undefined ? `total ${text}` : `total ${money.names[0]!.words.join(' ')} of ${text}`, input);
  const expr = sure?.tree.select[0]?.expr;
  if (sure === undefined || expr === undefined) return undefined;
  const { tree } = sure;
  const single = tree.select.length === 1 && expr.kind === 'aggregate' && tree.group.length + tree.having.length + tree.order.length === 0 && tree.set === undefined && tree.limit === undefined && tree.foremost !== true && tree.from.table !== undefined;
  return single && (measured || expr.name === 'sum') ? { tree, notes: sure.statement.assumptions, confidence: sure.confidence, said: measured || table === undefined } : undefined;
}

export async function readRatio(input: FormInput): Promise<Translation | undefined> {
  const question = input.question.trim();
  const mean = means.map((cue) => cue.exec(question)).find((m) => m !== null);
  if (mean !== undefined) return /\baverage\b|\bavg\b|\bmean\b/i.test(question) || / does an? /i.test(question) ? readMean(mean[1]!, mean[2]!, input) : undefined;
  const quotient = divisions.map((cue) => cue.exec(question)).find((m) => m !== null);
  if (quotient !== undefined) return readDivision(quotient[1]!, quotient[2]!, /\bratio\b/i.test(question), input);
  const ratio = ratios.map((cue) => cue.exec(question)).find((m) => m !== null);
  if (ratio === undefined) return undefined;
  const [part, whole] = [await counted(ratio[1]!, input), await counted(ratio[2]!, input)];
  if (part === undefined || whole === undefined) return undefined;
  return answer([divided(part.tree, count, whole.tree)], [...part.notes, ...whole.notes], Math.min(part.confidence, whole.confidence), input);
}

async function readMean(of: string, per: string, input: FormInput): Promise<Translation | undefined> {
  const { schema } = input;
  const ownMean = await meanOfOwn(of, per, input);
  if (ownMean !== undefined) return ownMean;
  const [part, whole] = [await counted(of, input), await counted(per.replace(/^(the|an?) /i, ''), input)];
  if (part === undefined || whole === undefined || whole.tree.where.length > 0) return undefined;
  const main = schema.tables.find((t) => t.table === part.tree.from.table);
  const other = schema.tables.find((t) => t.table === whole.tree.from.table);
  if (main === undefined || other === undefined || main === other) return undefined;
  const fk = referring(main, other, schema);
  if (fk === undefined) return undefined;
  const column: Scalar = { kind: 'column', source: part.tree.from, path: fk.path, type: fk.type };
  const number: Scalar = { kind: 'aggregate', name: 'count', arg: column };
  const some: Query = { ...part.tree, select: [{ expr: { kind: 'arithmetic', op: '/', left: number, right: { kind: 'aggregate', name: 'count', arg: column, distinct: true } }, as: 'average' }] };
  const name = other.table.name;
  const notes = [...part.notes, ...whole.notes];
  return answer([divided(part.tree, number, whole.tree), ...(fk.direct ? [some] : [])], notes, Math.min(part.confidence, whole.confidence), input, [`all ${name} count, also those without any`, `only ${name} that have some count`]);
}

/** "Average quantity per sale", where each sale has one: over all of them. */
async function meanOfOwn(of: string, per: string, input: FormInput): Promise<Translation | undefined> {
  const table = matchTables(input.schema, tokenize(per).map((t) => t.lemma), false).find((m) => m.score >= 0.95)?.table;
  const own = table === undefined ? [] : matchColumns(input.schema, tokenize(of).map((t) => t.lemma), false).filter((m) => m.score >= 0.9 && m.column.table === table && isMeasure(m.column));
  if (own.length !== 1 || input.schema.services.length < 2) return undefined;
  const sure = await surely(`average ${of} of ${pluralName(table!)}`, input);
  return sure === undefined ? undefined : { kind: 'statement', statement: sure.statement, confidence: sure.confidence, alternatives: [] };
}

/** The column of the one by which each of its rows belongs to at most one row of the other. */
function referring(main: TableEntry, other: TableEntry, schema: FormInput['schema']): { path: readonly string[]; type: TableEntry['columns'][number]['type']; direct: boolean } | undefined {
  const scope = new Scope(graphOf(schema), main);
  scope.add(other);
  const edges = scope.edges();
  if (edges === undefined || edges.length === 0 || scope.rivals > 0 || multiplies(edges, main)) return undefined;
  const own = edges.find((e) => e.from.table === main)?.from;
  return own === undefined ? undefined : { path: own.path, type: own.type, direct: edges.length === 1 };
}

/** A number of rows of one table, perhaps under conditions, in no groups. */
async function counted(text: string, input: FormInput): Promise<{ tree: Query; notes: readonly string[]; confidence: number } | undefined> {
  const said = text.trim();
  const sure = await surely(`number of ${/s$/i.test(said) || / /.test(said) ? said : `${said}s`}`, input);
  const expr = sure?.tree.select[0]?.expr;
  if (sure === undefined || expr === undefined) return undefined;
  const { tree } = sure;
  const plain = tree.select.length === 1 && expr.kind === 'aggregate' && expr.name === 'count' && expr.arg === undefined && tree.group.length + tree.having.length + tree.order.length === 0 && tree.set === undefined && tree.limit === undefined && tree.foremost !== true && tree.from.table !== undefined;
  return plain ? { tree, notes: sure.statement.assumptions, confidence: sure.confidence } : undefined;
}

function divided(part: Query, number: Scalar, whole: Query): Query {
  return { ...part, select: [{ expr: { kind: 'arithmetic', op: '/', left: number, right: { kind: 'query', query: whole } }, as: 'average' }] };
}

async function answer(trees: readonly Query[], notes: readonly string[], confidence: number, { context }: FormInput, said: readonly string[] = []): Promise<Translation | undefined> {
  const statements: Statement[] = [];
  for (const [i, tree] of trees.entries()) {
    const text = sql(tree);
    if ((await context.check(text)) === undefined) statements.push({ sql: text, reading: english(tree), assumptions: [...(said[i] === undefined ? [] : [said[i]]), ...notes] });
  }
  const [best, ...others] = statements;
  return best === undefined ? undefined : { kind: 'statement', statement: best, confidence, alternatives: others };
}
