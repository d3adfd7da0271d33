/**
 * How long the offline translator takes over catalogues of 100 and of 1,000 tables, and whether its memory stays flat.
 *
 *   npx tsx scripts/bench/translate.ts [--questions 10000]
 *
 * The catalogues are made up: tables of several services with keys, links, listed values and comments. Every question
 * goes through the whole translator with a check that admits everything, so that no database's time is measured. CPU
 * time is printed beside the clock's, since the machine may be busy. The aims: 20 ms at 100 tables, 50 ms at 1,000.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseArgs } from 'node:util';
import { types } from '../../src/algebra/index.js';
import type { Column, Table } from '../../src/algebra/index.js';
import type { Catalog } from '../../src/catalog/contract.js';
import { findLinks } from '../../src/catalog/links.js';
import { offlineTranslator } from '../../src/nl/index.js';

const { values: args } = parseArgs({ options: { questions: { type: 'string', default: '10000' } } });
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const things = 'customer order product invoice payment shipment supplier warehouse employee department project task ticket vehicle driver route station sensor reading device account transaction loan branch policy claim doctor patient visit clinic course student teacher exam library book author publisher event venue artist album song playlist member club team player match league stadium hotel room booking guest flight airport airline'.split(' ');
const traits = 'name status city country price amount quantity weight height rating score age capacity budget salary duration year description email phone color category level priority region'.split(' ');
const cities = ['Paris', 'Oslo', 'Lima', 'Cairo', 'Delhi', 'Quito', 'Turin', 'Porto'];

function catalogOf(count: number): Catalog {
  const services = Array.from({ length: Math.ceil(count / 50) }, (_, s) => `service${s}`);
  const tables = Array.from({ length: count }, (_, i): Table => {
    const thing = things[i % things.length]!;
    const round = Math.floor(i / things.length);
    const name = round === 0 ? `${thing}s` : `${things[(i * 7 + round) % things.length]!}_${thing}s${round > 8 ? `_${round}` : ''}`;
    const columns: Column[] = [{ name: `${thing}_id`, type: types.int64, nullable: false, nativeType: 'BIGINT' }];
    for (let c = 0; c < 8; c++) {
      const trait = traits[(i * 5 + c * 3) % traits.length]!;
      if (columns.some((k) => k.name === trait)) continue;
      const text = ['name', 'status', 'city', 'country', 'description', 'email', 'phone', 'color', 'category', 'region'].includes(trait);
      columns.push({ name: trait, type: text ? types.text : types.float64, nullable: true, nativeType: text ? 'VARCHAR' : 'DOUBLE', ...(trait === 'city' || trait === 'status' ? { sampleValues: trait === 'city' ? cities : ['open', 'closed', 'failed'] } : {}) });
    }
    const other = things[(i * 3 + 1) % things.length]!;
    if (other !== thing) columns.push({ name: `${other}_id`, type: types.int64, nullable: true, nativeType: 'BIGINT' });
    const foreignKeys = other === thing ? [] : [{ columns: [`${other}_id`], references: { table: `${other}s`, columns: [`${other}_id`] } }];
    return { service: services[Math.floor(i / 50)]!, name, kind: 'table', columns, primaryKey: [`${thing}_id`], foreignKeys: i < things.length ? foreignKeys : [], rows: { count: 1000, exact: true } };
  });
  return {
    services: services.map((name) => ({ name, kind: 'files', tags: {}, facts: { version: '1' }, tables: tables.filter((t) => t.service === name), warnings: [], readAt: '2026-01-01T00:00:00Z' })),
    links: findLinks(tables, []),
  };
}

function questionsOver(catalog: Catalog, count: number): string[] {
  const tables = catalog.services.flatMap((s) => s.tables);
  return Array.from({ length: count }, (_, i) => {
    const table = tables[(i * 13) % tables.length]!;
    const next = tables[(i * 29 + 3) % tables.length]!;
    const name = table.name.replaceAll('_', ' ');
    const own = table.columns.map((c) => c.name.replaceAll('_', ' '));
    const [a, b, c] = [own[1 + (i % (own.length - 1))]!, own[1 + ((i + 2) % (own.length - 1))]!, own[1 + ((i + 4) % (own.length - 1))]!];
    const forms = [
      `How many ${name} are there?`,
      `Show the ${a} and ${b} of all ${name} in Paris.`,
      `What is the average ${a} of ${name} for each ${b}?`,
      `List the ${a} of the 3 ${name} with the highest ${c}.`,
      `Which ${name} have more than 5 ${next.name.replaceAll('_', ' ')}?`,
      `Show the ${a} of ${name} whose ${b} is above the average ${b}, sorted by ${c} in descending order.`,
      `What are the names of ${name} without any ${next.name.replaceAll('_', ' ')} number ${i}?`,
      `Find the total ${a} and the largest ${b} of ${name} with status failed in Oslo or Lima`,
    ];
    return forms[i % forms.length]!;
  });
}

async function measure(count: number, asked: number): Promise<void> {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const context = { catalog: catalogOf(count), now: '2026-01-15T12:00:00Z', timezone: 'UTC', signal: new AbortController().signal, check: () => Promise.resolve(undefined) };
  const translator = offlineTranslator();
  const questions = questionsOver(context.catalog, asked);
  const begun = performance.now();
  await translator.translate(questions[0]!, context);
  print(`${count} tables: the first question, with the index, ${(performance.now() - begun).toFixed(0)} ms`);
  for (const question of questions.slice(0, 200)) await translator.translate(question, context);
  const heap = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const times: number[] = [];
  const memory: string[] = [heap().toFixed(1)];
  const cpu = process.cpuUsage();
  let answered = 0;
  for (const [i, question] of questions.entries()) {
    const start = performance.now();
    const translation = await translator.translate(question, context);
    times.push(performance.now() - start);
    if (translation.kind === 'statement') answered++;
    if ((i + 1) % Math.ceil(asked / 4) === 0) memory.push(heap().toFixed(1));
  }
  const used = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))]!.toFixed(1);
  print(`${count} tables: ${asked} questions, ${answered} answered; median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms, most ${at(1)} ms; CPU ${((used.user + used.system) / 1000 / asked).toFixed(1)} ms a question`);
  print(`${count} tables: heap in MiB at the start and after each quarter: ${memory.join(', ')}`);
}

await measure(100, Number(args.questions));
await measure(1000, Math.ceil(Number(args.questions) / 5));
