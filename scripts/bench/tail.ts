/**
 * `aishell tail` as a process: all messages of a topic as NDJSON beside `kcat -C -e -J`, in turns in one run (medians of
 * time, of processor time, and the peak of resident memory), then messages that come at a steady rate: how far behind the
 * last one is printed.
 *
 *   npm run build && scripts/servers.sh up kafka && npx tsx scripts/bench/tail.ts [--messages 400000] [--runs 3] [--rate 50000] [--seconds 10]
 *
 * Needs kcat, which produces too. Topics of its own (3 partitions), which it removes: `hard` (JSON of 130 bytes that hardly
 * compress, lz4) and `easy` (JSON of 110 bytes that gzip packs to a hundredth, in batches of a MB).
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createTopic, removeTopics } from '../../test/support/kafka.js';
import { servers } from '../../test/support/servers.js';

const { values } = parseArgs({ options: { messages: { type: 'string', default: '400000' }, runs: { type: 'string', default: '3' }, rate: { type: 'string', default: '50000' }, seconds: { type: 'string', default: '10' } } });
const [messages, runs, rate, seconds] = [values.messages, values.runs, values.rate, values.seconds].map(Number) as [number, number, number, number];
const kinds = { hard: { codec: 'lz4', pad: (n: number) => createHash('sha512').update(String(n)).digest('base64') }, easy: { codec: 'gzip', pad: () => 'x'.repeat(90) } };
type Kind = keyof typeof kinds;
const topicOf = (kind: Kind | 'paced') => `bench_tail_${kind}_${process.pid}`;
const topics = (['hard', 'easy', 'paced'] as const).map(topicOf);
const folder = await mkdtemp(join(tmpdir(), 'aishell-bench-tail-'));
const program = join(import.meta.dirname, '../../bin/aishell.js');

interface Taken {
  readonly ms: number;
  readonly cpu: number;
  readonly peak: number;
}

try {
  for (const topic of topics) await createTopic(topic, { numPartitions: 3 });
  await writeFile(join(folder, 'aishell.yaml'), JSON.stringify({ services: { bus: { kind: 'kafka', brokers: servers.kafka, topics } } }));
  for (const kind of ['hard', 'easy'] as const) {
    const producer = kcatProducer(topicOf(kind), kinds[kind].codec);
    for (let n = 0; n < messages; n += 5_000) await producer.send(Array.from({ length: Math.min(5_000, messages - n) }, (_, i) => message(n + i, kinds[kind].pad(n + i))));
    await producer.end();
  }
  console.log(`${messages.toLocaleString('en')} messages, medians of ${runs} runs\n\n| | ms | a second | CPU ms | peak MiB |\n|---|---|---|---|---|`);
  for (const kind of ['hard', 'easy'] as const) {
    const ways: [string, () => Promise<Taken>][] = [
      [`kcat -C -e -J, ${kind}`, () => run('sh', ['-c', `kcat -C -b ${servers.kafka} -t ${topicOf(kind)} -o beginning -e -q -J`])],
      [`aishell tail, ${kind}`, () => run(process.execPath, tailOf(kind, '--from', 'start', '--limit', String(messages)))],
      [`aishell tail --where of one in fifty, ${kind}`, () => run(process.execPath, tailOf(kind, '--from', 'start', '--where', "state = 'failed'", '--limit', String(Math.ceil(messages / 50))))],
    ];
    const taken = ways.map((): Taken[] => []);
    // The first round makes the catalogue and warms the page cache.
    for (let round = 0; round <= runs; round++) for (const [i, [, way]] of ways.entries()) taken[i]!.splice(taken[i]!.length, 0, ...[await way()].slice(round === 0 ? 1 : 0));
    const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
    for (const [i, [name]] of ways.entries()) {
      const ms = median(taken[i]!.map((one) => one.ms));
      console.log(`| ${name} | ${ms.toFixed(0)} | ${Math.round((messages / ms) * 1000).toLocaleString('en')} | ${median(taken[i]!.map(({ cpu }) => cpu)).toFixed(0)} | ${Math.max(...taken[i]!.map(({ peak }) => peak)).toFixed(0)} |`);
    }
  }
  await paced();
} finally {
  await removeTopics(topics);
  await rm(folder, { recursive: true, force: true });
}

function tailOf(kind: Kind | 'paced', ...more: string[]): string[] {
  return [program, 'tail', topicOf(kind), '--format', 'ndjson', '--config', folder, ...more];
}

function message(n: number, pad: string): string {
  return `{"n":${n},"state":"${n % 50 === 0 ? 'failed' : 'ok'}","pad":"${pad}"}\n`;
}

function kcatProducer(topic: string, codec: string) {
  const child = spawn('kcat', ['-P', '-b', servers.kafka, '-t', topic, '-z', codec, '-X', 'linger.ms=20', '-X', 'batch.size=1000000', '-X', 'batch.num.messages=100000'], { stdio: ['pipe', 'ignore', 'inherit'] });
  return {
    send: async (lines: readonly string[]) => {
      if (!child.stdin.write(lines.join(''))) await once(child.stdin, 'drain');
    },
    end: async () => {
      child.stdin.end();
      await once(child, 'close');
    },
  };
}

/** Messages at a steady rate, and how long after the last one all are printed. */
async function paced(): Promise<void> {
  const count = rate * seconds;
  const first = kcatProducer(topicOf('paced'), 'lz4');
  await first.send([message(-1, '')]);
  await first.end();
  const producer = kcatProducer(topicOf('paced'), 'lz4');
  const child = spawn(process.execPath, tailOf('paced', '--refresh', '--from', 'start', '--limit', String(count + 1)), { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, XDG_CACHE_HOME: folder } });
  let [printed, last, behind] = [0, 0, 0];
  child.stdout.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) printed++;
    last = performance.now();
  });
  await once(child.stdout, 'data');
  const pad = kinds.hard.pad(1);
  const began = performance.now();
  for (let sent = 0; sent < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - began) / 1000) * rate));
    await producer.send(Array.from({ length: due - sent }, (_, i) => message(sent + i, pad)));
    sent = due;
    behind = Math.max(behind, sent - printed);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const ended = performance.now();
  await producer.end();
  await once(child, 'close');
  console.log(`\n${count.toLocaleString('en')} messages sent in ${((ended - began) / 1000).toFixed(1)} s: the last was printed ${((last - ended) / 1000).toFixed(2)} s after it was sent, ${behind.toLocaleString('en')} were behind at most`);
}

/** What it prints goes nowhere, through a pipe. */
async function run(command: string, args: readonly string[]): Promise<Taken> {
  const [began, cpuBefore] = [performance.now(), await cpuOfChildren()];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, XDG_CACHE_HOME: folder } });
  let peak = 0;
  child.stdout.resume();
  const watch = setInterval(() => {
    readFile(`/proc/${child.pid}/status`, 'utf8').then((status) => (peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)), () => undefined);
  }, 20);
  const [code] = (await once(child, 'close')) as [number];
  clearInterval(watch);
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  return { ms: performance.now() - began, cpu: (await cpuOfChildren()) - cpuBefore, peak };
}

/** Of all processes that ended below this one, in milliseconds (proc(5): cutime and cstime, in hundredths of a second). */
async function cpuOfChildren(): Promise<number> {
  const fields = (await readFile('/proc/self/stat', 'utf8')).split(') ')[1]!.split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}
