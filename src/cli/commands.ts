/** Every command, one entry each. A new command is a new entry. */

import { chartKinds } from '../answer/contract.js';
import type { Answer } from '../answer/contract.js';
import type { Config } from '../config/contract.js';
import type { AskOptions, Session } from '../session/contract.js';
import { traceFlags } from '../session/trace-options.js';
import { AishellError, exitCodes } from '../errors.js';
import type { Format } from '../render/index.js';
import type { Options } from './options.js';

export interface ExtraOption {
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  /** Given any number of times. */
  readonly many?: true;
}

/** What help, completions and the manual say of a command. */
export interface CommandDescription {
  /** Words that call it; two for a command below another. */
  readonly name: string;
  /** In commander's notation. */
  readonly arguments: string;
  readonly summary: string;
  /** What is read from stdin when no argument is given; absent: nothing is. */
  readonly input?: 'question' | 'SQL' | 'question or SQL';
  /** Options of its own. */
  readonly extra?: readonly ExtraOption[];
  readonly examples: readonly string[];
}

/** A command that is answered over an open configuration. */
export interface Command extends CommandDescription {
  /** Its answer can be drawn by other programs. */
  readonly drawing?: true;
  /** Its answer is rows, which can be a chart. */
  readonly rows?: true;
  /** It prints as it goes and has no end of its own, so that it goes to stdout: the formats that it then has. */
  live?(options: Options): readonly Format[] | undefined;
  /** Its answer can be given as findings for a build server. */
  readonly findings?: true;
  /** The configuration that the words bring; undefined, or absent: aishell.yaml. */
  config?(words: readonly string[], own: Options): Promise<Config | undefined>;
  answer(session: Session, words: readonly string[], options: AskOptions, own: Options): Promise<Answer>;
  /** The exit code of an answer that came; absent: by its completeness alone. */
  exit?(answer: Answer, options: Options): number | undefined;
}

const severities = ['note', 'risky', 'breaking'] as const;

const drawn = { flags: '--chart <kind>', description: 'draw the rows: auto (by their shape), bar, line, heat, scatter or spark; "... as a bar chart" in a question does the same', choices: ['auto', ...chartKinds] };

const pickReading = { flags: '--reading <n>', description: 'which reading of the question is meant, by its number' };

export const commands: readonly Command[] = [
  {
    name: 'query',
    arguments: '[question...]',
    summary: 'answer a question in English',
    input: 'question',
    examples: ['aishell query "how many rows has each table"', 'echo "which ones failed last week" | aishell query --format json', 'aishell query "how many rows per week as a line chart"', 'aishell query "generate an analytics report" --output report.html'],
    extra: [
      { flags: '--show-prompt', description: 'show what the configured model would be sent, and send nothing' },
      pickReading,
      drawn,
    ],
    rows: true,
    answer: (session, words, options, { showPrompt, reading }) =>
      showPrompt ? session.prompt(words.join(' '), options) : session.ask(words.join(' '), { ...options, ...(reading !== undefined && { reading }) }),
  },
  {
    name: 'sql',
    arguments: '[statement...]',
    summary: 'run one SELECT over service.table',
    input: 'SQL',
    extra: [drawn],
    rows: true,
    examples: ['aishell sql "SELECT count(*) FROM service.table"', 'aishell sql --format csv --output rows.csv < statement.sql', 'aishell sql --chart bar "SELECT state, count(*) AS n FROM service.table GROUP BY state"'],
    answer: (session, words, options) => session.sql(words.join(' '), options),
  },
  {
    name: 'explain',
    arguments: '[text...]',
    summary: 'show what each store would be asked; reads no rows unless told to',
    input: 'question or SQL',
    extra: [pickReading, { flags: '--analyze', description: 'run it too: actual rows, bytes and time of every part' }],
    examples: ['aishell explain "SELECT * FROM service.table WHERE id = 1"', 'aishell explain --analyze "SELECT count(*) FROM service.table"'],
    answer: (session, words, { rows: _, ...options }, { analyze, reading }) =>
      session.explain(words.join(' '), { ...options, analyze, ...(reading !== undefined && { reading }) }),
  },
  {
    name: 'schema',
    arguments: '[scope]',
    summary: 'list services, tables, columns and links; scope is a service, service.table or a table alone',
    examples: ['aishell schema', 'aishell schema service.table'],
    answer: (session, [scope], options) => session.schema({ ...options, ...(scope !== undefined && { scope }) }),
  },
  {
    name: 'schema diff',
    findings: true,
    arguments: '[left] [right]',
    summary: 'compare what services say of the same things',
    extra: [
      { flags: '--against <what>', description: 'what changed since: a snapshot, a folder of them, or a git commit' },
      { flags: '--transitive', description: 'with --against: compatible with every earlier version of the snapshots too, by their git history' },
      { flags: '--fail-on <severity>', description: 'exit 10 when a finding is that severe or worse', choices: [...severities, 'any'] },
      { flags: '--no-values', description: 'compare what is declared and observed alone; read no rows' },
    ],
    examples: ['aishell schema diff', 'aishell schema diff left right --fail-on breaking', 'aishell schema diff --against main --fail-on risky --format sarif'],
    answer(session, [left, right], { rows: _, ...options }, { values, against, transitive }) {
      if (against === undefined && transitive) throw new AishellError('usage', '--transitive needs to know which versions', 'Name the newest one: --against main --transitive.');
      if (against === undefined) return session.diff(left, right, { ...options, values });
      if (right === undefined) return session.changes(against, left, { ...options, transitive });
      throw new AishellError('usage', `--against compares one service with its own past, not ${left} with ${right}`, 'Leave out the second name.');
    },
    exit(answer, { failOn }) {
      if (failOn === undefined) return undefined;
      const found: readonly string[] =
        answer.kind === 'changes' ? answer.changes.map(({ impact }) => impact)
        : answer.kind === 'diff' ? answer.pairs.flatMap(({ differences }) => differences.map(({ severity }) => severity))
        : [];
      const rank = (severity: string) => (severity === 'breaking' ? 2 : severity === 'risky' ? 1 : 0);
      return found.some((severity) => failOn === 'any' || rank(severity) >= rank(failOn)) ? exitCodes.found : undefined;
    },
  },
  {
    name: 'schema snapshot',
    arguments: '[folder]',
    summary: 'write every service’s schema to a file of its own, to keep in version control; default: schemas beside the configuration',
    examples: ['aishell schema snapshot', 'aishell schema snapshot /tmp/before'],
    answer: (session, [folder], { rows: _, ...options }) => session.snapshot(folder, options),
  },
  {
    name: 'schema graph',
    arguments: '[service]',
    summary: 'draw services, tables, topics and links; --format mermaid or dot for other programs',
    drawing: true,
    examples: ['aishell schema graph', 'aishell schema graph --format mermaid', 'aishell schema graph service --format dot --output graph.dot'],
    answer: (session, [service], { rows: _, ...options }) => session.graph(service, options),
  },
  {
    name: 'schema links',
    arguments: '',
    summary: 'list which column refers to which, with what speaks for it; keep your word on it in the configuration',
    extra: [
      { flags: '--confirm <from=to>', description: 'write into the configuration that the link holds', many: true },
      { flags: '--reject <from=to>', description: 'write into the configuration that it does not', many: true },
    ],
    examples: ['aishell schema links', 'aishell schema links --confirm a.table.column=b.table.id --reject a.table.other=b.table.id'],
    answer: (session, _, { rows: _rows, ...options }, { decisions }) => session.links({ ...options, decisions }),
  },
  {
    name: 'check',
    arguments: '',
    summary: 'count references that lead nowhere, copies that differ, rows without event, and say how old the newest rows are',
    findings: true,
    extra: [
      { flags: '--fail-on <what>', description: 'exit 10 when anything was found, or only when more than the last time', choices: ['any', 'worse'] },
      { flags: '--max-age <time>', description: 'a service whose newest row is older is a finding: 15m, 2h' },
      { flags: '--max-lag <time>', description: 'a topic whose messages come later than that after their rows is a finding: 30s, 5m' },
    ],
    examples: ['aishell check', 'aishell check --fail-on worse --max-age 2h'],
    answer: (session, _, { rows: _rows, ...options }, { maxAgeMs, maxLagMs }) => session.check({ ...options, ...(maxAgeMs !== undefined && { maxAgeMs }), ...(maxLagMs !== undefined && { maxLagMs }) }),
    exit(answer, { failOn }) {
      if (answer.kind !== 'check' || failOn === undefined) return undefined;
      const isFailing = ({ ok, found, before }: (typeof answer.checks)[number]) => (failOn === 'worse' ? found !== null && before !== null && found > before : !ok);
      return answer.checks.some(isFailing) ? exitCodes.found : undefined;
    },
  },
  {
    name: 'trace',
    arguments: '[id]',
    summary: 'follow one event through every store; without an id, the most recent one',
    extra: traceFlags,
    live: ({ trace }) => (trace.follow === undefined ? undefined : ['table', 'tree', 'timeline', 'json', 'ndjson']),
    examples: ['aishell trace', 'aishell trace 7f9c2ba4-e88f-47f8-a5f2-0c1d4e0a7c11', 'aishell trace 1042 --as order_id --since 2d', 'aishell trace 1042 --as order_id --follow --for 5m'],
    answer: (session, [id], ask, options) => session.trace(id, { ...ask, ...options.trace }),
  },
  {
    name: 'tail',
    arguments: '[topic...]',
    summary: 'print events of topics and streams as they come; without names, of all',
    live: () => ['table', 'ndjson'],
    extra: [
      { flags: '--where <condition>', description: 'only events for which this SQL condition over the topic’s columns is true' },
      { flags: '--from <point>', description: 'begin there: -10m (ago), an ISO instant, start, an offset or a stream’s id; default: end' },
      { flags: '--mirror', description: 'follow queues and exchanges of RabbitMQ: declares one queue of its own (exclusive, auto-delete, bounded), which goes when this ends' },
    ],
    examples: ['aishell tail', 'aishell tail service.topic --from -10m', 'aishell tail service.topic --where "status = \'failed\'" --format ndjson | head'],
    answer(session, topics, ask, { where, from, mirror }) {
      const { events } = ask;
      if (events === undefined) throw new AishellError('internal', 'tail has nowhere to print to', 'Please report this.');
      return session.tail(topics, { ...ask, events, ...(where !== undefined && { where }), ...(from !== undefined && { from }), ...(mirror && { mirror }) });
    },
  },
  {
    name: 'doctor',
    arguments: '',
    summary: 'check every service: reachable, how fast, as whom, with which rights; and that what flows: names is there',
    examples: ['aishell doctor'],
    answer: (session, _, options) => session.doctor(options),
    exit: (answer) => (answer.kind === 'doctor' && answer.flows.some(({ isSure }) => isSure) ? exitCodes.usage : undefined),
  },
  {
    name: 'teach',
    arguments: '[question] [sql]',
    summary: 'keep a question with its SQL, or with what it is read as, as a confirmed example in aishell.yaml',
    examples: ['aishell teach "how many clients do we have"', 'aishell teach "how many clients do we have" "SELECT count(*) FROM service.table"'],
    answer: (session, [question, sql], options) => session.teach(needed(question, 'question'), sql, options),
  },
  {
    name: 'eval',
    arguments: '[file]',
    summary: 'ask the questions of a file and compare the answers with its gold SQL',
    extra: [
      { flags: '--min-right <percent>', description: 'exit 10 when fewer of the answers are right' },
      { flags: '--min-answered <percent>', description: 'exit 10 when fewer of the questions are answered' },
      { flags: '--database <folder>', description: 'SQLite files of Spider’s JSON; default: database, beside the file' },
    ],
    examples: ['aishell eval questions.yaml --min-right 90 --min-answered 60', 'aishell eval questions.yaml --output report.md'],
    config: async ([file], { database }) => (await import('../eval/index.js')).evalConfig(needed(file, 'file of questions'), database),
    answer: async (session, [file], options) => (await import('../eval/index.js')).evaluate(session, needed(file, 'file of questions'), options),
    exit(answer, { minRight, minAnswered }) {
      if (answer.kind !== 'eval') return undefined;
      const below = (value: number | null, least: number | undefined): boolean => least !== undefined && (value ?? 0) < least;
      return below(answer.rightPercent, minRight) || below(answer.answeredPercent, minAnswered) ? exitCodes.found : undefined;
    },
  },
];

function needed(word: string | undefined, what: string): string {
  if (word !== undefined) return word;
  throw new AishellError('usage', `no ${what} was given`, 'Give it as an argument; --help has examples.');
}

/** DESIGN section 5: 0 whole, 4 partial where that was allowed, 5 where it was not. */
export function exitCode(command: Command, answer: Answer, options: Options): number {
  const whole = answer.kind === 'doctor' ? answer.ok : answer.kind === 'explain' || answer.kind === 'prompt' || answer.kind === 'taught' ? true : answer.kind === 'schema' || answer.kind === 'graph' ? answer.missing.length === 0 : answer.complete;
  if (answer.kind === 'trace' && answer.stopped !== null) return answer.stopped === 'cancelled' ? exitCodes.cancelled : exitCodes.refused;
  if (!whole) return options.allowPartial && answer.kind !== 'doctor' ? exitCodes.partial : exitCodes.source;
  return command.exit?.(answer, options) ?? exitCodes.ok;
}
