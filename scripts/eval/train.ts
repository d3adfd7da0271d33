/**
 * Fits the weights of the offline translator's confidence (src/nl/offline/weights.ts).
 *
 *   npx tsx scripts/eval/train.ts --data DIR [--write]
 *
 * Reads every question of the development split, takes the best reading's facts and whether its rows are right, fits a
 * logistic model, and prints the curve of answered against right by cross-validation over the databases (never over
 * questions). --facts FILE keeps what it fitted on, one JSON line a question. --write puts the weights of all of them into the source. The held-out databases are not opened.
 */

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readForm } from '../../src/nl/offline/forms/index.js';
import { schemaOf } from '../../src/nl/offline/link/catalog.js';
import { readings } from '../../src/nl/offline/question.js';
import { tokenize } from '../../src/nl/offline/text/tokens.js';
import { sameRows } from '../../src/eval/compare.js';
import { readQuestions, splitOf } from './data.js';
import { openEstate } from './estate.js';

interface Example {
  readonly db: string;
  readonly right: boolean;
  readonly facts: Readonly<Record<string, number>>;
}

const { values: args } = parseArgs({ options: { data: { type: 'string' }, write: { type: 'boolean', default: false }, facts: { type: 'string' } } });
if (args.data === undefined) {
  process.stderr.write('Usage: npx tsx scripts/eval/train.ts --data DIR [--write]\n');
  process.exit(2);
}

async function examples(data: string): Promise<{ list: Example[]; asked: number }> {
  const questions = readQuestions(data).filter((q) => !q.empty && splitOf(q.db, data) === 'dev');
  const list: Example[] = [];
  for (const db of new Set(questions.map((q) => q.db))) {
    const estate = await openEstate(data, db);
    const schema = schemaOf(estate.catalog);
    const context = { catalog: estate.catalog, now: '2026-01-15T12:00:00Z', timezone: 'UTC', signal: new AbortController().signal, check: estate.check };
    for (const { question, query } of questions.filter((q) => q.db === db)) {
      if ((await readForm({ question, tokens: tokenize(question), schema, context })) !== undefined) continue;
      const [best] = (await readings(question, schema, context)).candidates;
      const gold = estate.gold(query);
      if (best === undefined || gold === undefined) continue;
      const answer = await estate.run(best.sql);
      list.push({ db, right: typeof answer !== 'string' && sameRows(gold, answer, query), facts: best.facts });
    }
    await estate.close();
  }
  return { list, asked: questions.length };
}

/** Facts that this data has too little of, or uses otherwise than other questions do. */
const unfitted = new Set(['period', 'missing']);

/** Gradient descent on the log-likelihood with an L2 penalty; inputs are scaled by their spread while fitting. */
function fit(list: readonly Example[]): Record<string, number> {
  const names = [...new Set(list.flatMap((e) => Object.keys(e.facts)))].filter((n) => !unfitted.has(n)).sort();
  const spread = names.map((n) => Math.sqrt(list.reduce((s, e) => s + (e.facts[n] ?? 0) ** 2, 0) / list.length) || 1);
  const rows = list.map((e) => names.map((n, i) => (e.facts[n] ?? 0) / spread[i]!));
  const weights = new Array<number>(names.length).fill(0);
  let bias = 0;
  for (let step = 0; step < 1500; step++) {
    const gradient = new Array<number>(names.length).fill(0);
    let gradientOfBias = 0;
    rows.forEach((row, k) => {
      let logit = bias;
      for (let i = 0; i < row.length; i++) logit += weights[i]! * row[i]!;
      const error = 1 / (1 + Math.exp(-logit)) - (list[k]!.right ? 1 : 0);
      gradientOfBias += error;
      for (let i = 0; i < row.length; i++) gradient[i]! += error * row[i]!;
    });
    const rate = 1 / (1 + step / 600);
    bias -= (rate * gradientOfBias) / list.length;
    for (let i = 0; i < weights.length; i++) weights[i]! -= rate * (gradient[i]! / list.length + 0.0005 * weights[i]!);
  }
  return Object.fromEntries([['bias', bias], ...names.map((n, i) => [n, weights[i]! / spread[i]!])]) as Record<string, number>;
}

function confidence(weights: Readonly<Record<string, number>>, facts: Readonly<Record<string, number>>): number {
  const logit = Object.entries(facts).reduce((s, [n, v]) => s + (weights[n] ?? 0) * v, weights['bias']!);
  return 1 / (1 + Math.exp(-logit));
}

async function main(data: string): Promise<void> {
  const { list, asked } = await examples(data);
  if (args.facts !== undefined) writeFileSync(args.facts, list.map((e) => `${JSON.stringify(e)}\n`).join(''));
  const folds = 5;
  const dbs = [...new Set(list.map((e) => e.db))].sort();
  const fold = (db: string) => dbs.indexOf(db) % folds;
  const judged: { right: boolean; confidence: number }[] = [];
  for (let k = 0; k < folds; k++) {
    const weights = fit(list.filter((e) => fold(e.db) !== k));
    for (const e of list.filter((x) => fold(x.db) === k)) judged.push({ right: e.right, confidence: confidence(weights, e.facts) });
  }
  const percent = (n: number, of: number) => `${((100 * n) / of).toFixed(1)}%`;
  for (const least of [0, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9]) {
    const kept = judged.filter((j) => j.confidence >= least);
    process.stdout.write(`confidence >= ${least}: ${percent(kept.length, asked)} answered, ${percent(kept.filter((j) => j.right).length, kept.length)} of those right\n`);
  }
  if (!args.write) return;
  const lines = Object.entries(fit(list)).map(([n, w]) => `  ${n}: ${w.toFixed(4)},`);
  const licence = 'Fitted by scripts/eval/train.ts on the training split of Spider 1.0 (Yu et al., 2018; CC BY-SA 4.0); only weights, none of its data.';
  writeFileSync(new URL('../../src/nl/offline/weights.ts', import.meta.url), `/** ${licence} */\nexport const weights: Readonly<Record<string, number>> = {\n${lines.join('\n')}\n};\n`);
}

await main(args.data);
