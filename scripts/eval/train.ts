/**
 * Fits the trees of the offline translator's confidence over one database (src/nl/offline/forest.ts).
 *
 *   npx tsx scripts/eval/train.ts --data DIR [--folds 5] [--right 0.9] [--write] [--verdicts FILE]
 *
 * Reads every question of the development split, executes its best reading, and fits whether its rows are right. The
 * threshold is the least at which --right of the answers are right by cross-validation over the databases (never over
 * questions). --write puts trees fitted on all of them into the source. --verdicts keeps what was executed. The
 * held-out databases are not opened.
 */

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readQuestions, splitOf } from './data.js';
import { collect } from './examples.js';
import { fitForest } from './fit.js';
import { crossValidate, shares, thresholdFor } from './folds.js';

const { values: args } = parseArgs({
  options: {
    data: { type: 'string' },
    folds: { type: 'string', default: '5' },
    right: { type: 'string', default: '0.9' },
    write: { type: 'boolean', default: false },
    verdicts: { type: 'string' },
  },
});
if (args.data === undefined) {
  process.stderr.write('Usage: npx tsx scripts/eval/train.ts --data DIR [--folds 5] [--right 0.9] [--write]\n');
  process.exit(2);
}

async function main(data: string): Promise<void> {
  const list = await collect(data, readQuestions(data).filter((q) => !q.empty && splitOf(q.db, data) === 'dev'), args.verdicts);
  const judged = crossValidate(list, Number(args.folds));
  const print = (line: string) => process.stdout.write(`${line}\n`);
  print(`${list.length} questions, the best reading right for ${((100 * list.filter((e) => e.best?.right === true).length) / list.length).toFixed(1)}%`);
  for (const wanted of [0.86, 0.88, 0.9, 0.92, 0.94]) {
    const least = thresholdFor(judged, wanted);
    const { answered, right } = shares(judged, least);
    print(`confidence >= ${least.toFixed(3)}: ${(100 * answered).toFixed(1)}% answered, ${(100 * right).toFixed(1)}% of those right`);
  }
  if (!args.write) return;
  const threshold = Number(thresholdFor(judged, Number(args.right)).toFixed(3));
  const { bias, trees } = fitForest(list.flatMap((e) => (e.best === undefined ? [] : [e.best])));
  const licence = 'Fitted by scripts/eval/train.ts on the training split of Spider 1.0 (Yu et al., 2018; CC BY-SA 4.0); only weights, none of its data.';
  writeFileSync(
    new URL('../../src/nl/offline/forest.ts', import.meta.url),
    `/** ${licence} */\n\nimport type { Forest } from './trees.js';\n\nexport const forest: Forest = {\n  threshold: ${threshold},\n  bias: ${bias},\n  trees: [\n${trees.map((t) => `    ${JSON.stringify(t)},\n`).join('')}  ],\n};\n`,
  );
}

await main(args.data);
