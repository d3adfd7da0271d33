/** Commands that ask something, of the stores or of the catalogue. */

import { parseArgs } from 'node:util';
import { AishellError } from '../../errors.js';
import { readTraceOptions, traceFlags } from '../../session/trace-options.js';
import type { RawTraceOptions, TraceOptions } from '../../session/trace-options.js';
import { needed, words } from './contract.js';
import { followedTrace, tail } from './live.js';
import type { DotCommand } from './contract.js';

export const asking: readonly DotCommand[] = [
  {
    name: 'sql',
    arguments: '[statement]',
    summary: 'SQL over several lines; ends with ; or an empty line',
    examples: ['.sql', '.sql SELECT count(*) FROM service.table;'],
    completes: 'text',
    run: (_, rest) => Promise.resolve({ sql: rest }),
  },
  {
    name: 'schema',
    arguments: '[service or service.table], or diff, links, check, graph, snapshot with what they take',
    summary: 'services, tables, columns and links',
    examples: ['.schema', '.schema service.table', '.schema diff'],
    completes: 'name',
    async run(prompt, scope) {
      const { session, ask } = prompt;
      const [first = ''] = words(scope);
      const below = ['diff', 'links', 'check', 'graph'].includes(first) ? asking.find(({ name }) => name === first) : undefined;
      const isService = session.config.services.some(({ name }) => name.toLowerCase() === first.toLowerCase());
      // As on the command line; a service of that name goes before it.
      if (below !== undefined && !isService) return below.run(prompt, scope.slice(scope.indexOf(first) + first.length).trim());
      if (first === 'snapshot' && !isService) return { answer: await session.snapshot(words(scope)[1], ask) };
      return { answer: await session.schema({ ...ask, ...(scope !== '' && { scope }) }) };
    },
  },
  {
    name: 'explain',
    arguments: '[--analyze] question or SQL',
    summary: 'what each store would be asked; with --analyze it is run, and what every part came to is said',
    examples: ['.explain SELECT * FROM service.table WHERE id = 1', '.explain --analyze how many rows has each table'],
    completes: 'text',
    async run({ session, ask }, rest) {
      const text = rest.replace(/^--analyze(?=\s|$)\s*/, '');
      return { answer: await session.explain(needed(text, 'a question or SQL'), { ...ask, analyze: text !== rest }) };
    },
  },
  {
    name: 'diff',
    arguments: '[left] [right], or [service] --against commit or folder [--transitive]',
    summary: 'compare what services say of the same things, or one with its past',
    examples: ['.diff', '.diff users orders', '.diff --against main'],
    completes: 'service',
    async run({ session, ask }, rest) {
      const transitive = /(?:^|\s)--transitive(?=\s|$)/.test(rest);
      const [before, against] = rest.replace(/(?:^|\s)--transitive(?=\s|$)/, '').split(/(?:^|\s)--against\s+/);
      const [left, right] = words(before!);
      return { answer: against === undefined ? await session.diff(left, right, ask) : await session.changes(against.trim(), left, { ...ask, transitive }) };
    },
  },
  {
    name: 'links',
    arguments: '',
    summary: 'which column refers to which, and what speaks for it',
    examples: ['.links'],
    async run({ session, ask }, rest) {
      // A decision that is typed here must not look as if it were kept.
      if (rest.trim() !== '') throw new AishellError('usage', '.links takes nothing', 'To keep or reject a link: aishell schema links --confirm from=to, or --reject from=to');
      return { answer: await session.links(ask) };
    },
  },
  {
    name: 'graph',
    arguments: '[service]',
    summary: 'draw services, tables and links',
    examples: ['.graph', '.graph orders'],
    completes: 'service',
    run: async ({ session, ask }, rest) => ({ answer: await session.graph(words(rest)[0], ask) }),
  },
  {
    name: 'check',
    arguments: '[service, or two for what is between them]',
    summary: 'references that lead nowhere, copies that differ, rows without event, ages',
    examples: ['.check', '.check users orders'],
    completes: 'service',
    async run({ session, ask }, rest) {
      const services = words(rest).map((name) => {
        const service = session.config.services.find((one) => one.name.toLowerCase() === name.toLowerCase());
        if (service === undefined) throw new AishellError('usage', `There is no service '${name}' to check.`, `Services: ${session.config.services.map((one) => one.name).join(', ')}.`);
        return service.name;
      });
      return { answer: await session.check({ ...ask, services }) };
    },
  },
  {
    name: 'trace',
    arguments: '[id] [options]',
    summary: `follow one event through every store; ${traceFlags.map(({ flags }) => flags.split(' ')[0]).join(', ')}`,
    examples: ['.trace', '.trace 42 --as order_id --since 2d', '.trace 42 --as order_id --follow'],
    completes: 'words',
    words: traceFlags.map(({ flags }) => flags.split(' ')[0]!),
    async run(prompt, rest) {
      const { session, ask } = prompt;
      const { id, options } = traceCall(rest);
      if (options.follow !== undefined) return { live: (look) => followedTrace(prompt, `.trace ${rest}`, id, options, look) };
      return { answer: await session.trace(id, { ...ask, ...options }) };
    },
  },
  tail,
  {
    name: 'teach',
    arguments: '["question" [SQL]]',
    summary: 'keep a question with its SQL, or with what it is read as, in aishell.yaml. Alone: the last one, as it was answered',
    examples: ['.teach', '.teach "busy users" SELECT user_id FROM service.table GROUP BY ALL HAVING count(*) > 10'],
    completes: 'text',
    async run({ session, ask, last }, rest) {
      const [, double, single, sql = ''] = /^(?:"([^"]+)"|'([^']+)')\s*([^]*)$/.exec(rest) ?? [];
      const answer = last?.answer;
      const learnt = answer?.kind === 'query' && answer.question !== undefined ? { question: answer.question, sql: answer.sql } : undefined;
      if (rest === '' && learnt === undefined) throw new AishellError('usage', 'there is no question to keep', 'Ask one first, or write .teach "question" SELECT ...');
      const question = rest === '' ? learnt!.question : (double ?? single ?? rest);
      const statement = rest === '' ? learnt!.sql : sql.replace(/;\s*$/, '') || undefined;
      return { answer: await session.teach(question, statement, ask) };
    },
  },
  {
    name: 'doctor',
    arguments: '',
    summary: 'check every service',
    examples: ['.doctor'],
    run: async ({ session, ask }) => ({ answer: await session.doctor(ask) }),
  },
  {
    name: 'refresh',
    arguments: '',
    summary: 'read the configuration and introspect every store again',
    examples: ['.refresh'],
    async run(prompt) {
      prompt.session = await prompt.reopen();
      const { services } = await prompt.session.catalog(prompt.ask.signal);
      const tables = services.reduce((sum, service) => sum + service.tables.length, 0);
      return { text: `${services.length} services, ${tables} tables` };
    },
  },
];

/** `.trace 42 --as order_id --since 2d`, by the command line's own table. */
function traceCall(rest: string): { readonly id: string | undefined; readonly options: TraceOptions } {
  const known = Object.fromEntries(traceFlags.map(({ flags }) => [/^--([a-z-]+)/.exec(flags)![1]!, { type: flags.includes('<') ? ('string' as const) : ('boolean' as const) }]));
  try {
    const { values, positionals } = parseArgs({ args: words(rest), options: known, allowPositionals: true });
    if (positionals.length > 1) throw new AishellError('usage', `.trace takes one id, and not ${positionals[1]} too`, `Its options are ${traceFlags.map(({ flags }) => flags).join(', ')}.`);
    return { id: positionals[0], options: readTraceOptions(values as RawTraceOptions, Date.now()) };
  } catch (error) {
    if (error instanceof AishellError || !(error instanceof TypeError)) throw error;
    throw new AishellError('usage', error.message.split('. ')[0]!, `The options of .trace are ${traceFlags.map(({ flags }) => flags).join(', ')}.`, { cause: error });
  }
}
