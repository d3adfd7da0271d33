/**
 * One id in a log of many messages: `aishell trace <id>` as a process against `kcat -C -e -q | grep` over the same range,
 * interleaved in one run. Medians of time and of processor time (user and system, all processes of a way; the broker's is
 * not in it), their ratios, and the peak of the process's resident memory (VmHWM).
 *
 *   npm run build && scripts/servers.sh up kafka && npx tsx scripts/bench/trace.ts [--messages 1000000] [--runs 5]
 *
 * Owed over 10,000,000 messages: at most 0.3 of kcat's time, less than 300 MiB; with --since no more bytes than the part
 * of the log from there on. Needs kcat. Makes a topic of its own (6 partitions, lz4, JSON of 200 bytes; kcat produces it)
 * and removes it. The id stands in one message, in the middle.
 */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createTopic, removeTopics } from '../../test/support/kafka.js';
import { servers } from '../../test/support/servers.js';

const { values } = parseArgs({ options: { messages: { type: 'string', default: '1000000' }, runs: { type: 'string', default: '5' }, keep: { type: 'string' } } });
const [messages, runs] = [Number(values.messages), Number(values.runs)];
const topic = values.keep ?? `bench_trace_${process.pid}`;
const wanted = '0197f0aa-5c2e-4d11-8f0a-6b1d2c3e4f50';
const program = join(import.meta.dirname, '../../bin/aishell.js');

const folder = await mkdtemp(join(tmpdir(), 'aishell-trace-'));
try {
  const middle = await fill();
  await writeFile(join(folder, 'aishell.yaml'), JSON.stringify({ services: { bus: { kind: 'kafka', brokers: servers.kafka, topics: [topic] } } }));
  await aishell();
  const taken: Record<string, Taken[]> = { 'kcat -C -e -q | grep': [], 'aishell trace': [], 'aishell trace --since the middle': [] };
  const ways = [kcat, () => aishell(), () => aishell('--since', new Date(middle).toISOString())];
  const bytes: number[] = [];
  // The first round warms the page cache.
  for (let round = 0; round <= runs; round++) {
    for (const [i, way] of ways.entries()) {
      const one = await way();
      bytes[i] = one.bytes;
      if (round > 0) Object.values(taken)[i]!.push(one);
    }
  }
  const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
  const [floor, cpuFloor] = [median(taken['kcat -C -e -q | grep']!.map(({ ms }) => ms)), median(taken['kcat -C -e -q | grep']!.map(({ cpu }) => cpu))];
  console.log(`${messages.toLocaleString('en')} messages in 6 partitions, lz4; medians of ${runs} runs\n`);
  console.log('| | ms | of kcat | CPU ms | of kcat | MiB read | peak MiB |\n|---|---|---|---|---|---|---|');
  for (const [i, [name, all]] of Object.entries(taken).entries()) {
    const [ms, cpu] = [median(all.map((one) => one.ms)), median(all.map((one) => one.cpu))];
    const peak = Math.max(...all.map((one) => one.peak));
    console.log(`| ${name} | ${ms.toFixed(0)} | ${(ms / floor).toFixed(2)} | ${cpu.toFixed(0)} | ${(cpu / cpuFloor).toFixed(2)} | ${i === 0 ? '' : (bytes[i]! / 2 ** 20).toFixed(0)} | ${peak.toFixed(0)} |`);
  }
} finally {
  if (values.keep === undefined) await removeTopics([topic]);
  await rm(folder, { recursive: true, force: true });
}

/** Returns the time in the middle of the log, in milliseconds. */
async function fill(): Promise<number> {
  if (values.keep !== undefined && (await offsets()) > 0) return Date.now() - 600_000;
  await createTopic(topic, { numPartitions: 6 });
  const producer = spawn('kcat', ['-P', '-b', servers.kafka, '-t', topic, '-z', 'lz4', '-X', 'linger.ms=50', '-X', 'queue.buffering.max.kbytes=65536'], { stdio: ['pipe', 'ignore', 'inherit'] });
  let middle = 0;
  let lines = '';
  for (let n = 0; n < messages; n++) {
    const isWanted = n === Math.floor((messages * 3) / 4);
    if (n === Math.floor(messages / 2)) middle = Date.now();
    lines += `${message(n, isWanted ? wanted : randomUUID())}\n`;
    if (n % 2_000 !== 1_999 && n !== messages - 1) continue;
    if (!producer.stdin.write(lines)) await once(producer.stdin, 'drain');
    lines = '';
  }
  producer.stdin.end();
  const [code] = (await once(producer, 'exit')) as [number];
  if (code !== 0) throw new Error(`kcat ended with ${code}`);
  return middle;
}

async function offsets(): Promise<number> {
  const { output } = await run('kcat', ['-C', '-b', servers.kafka, '-t', topic, '-e', '-q', '-c', '1']);
  return output.length;
}

function message(n: number, id: string): string {
  const fields = { eventId: id, type: n % 3 === 0 ? 'order.created' : 'order.paid', orderId: 100_000 + n, customerId: (n * 7919) % 50_000, amount: (n % 9_999) / 100, at: new Date(1_750_000_000_000 + n * 10).toISOString(), note: '' };
  const text = JSON.stringify(fields);
  return JSON.stringify({ ...fields, note: 'a remark of ordinary length on this event, as people write it, and more'.slice(0, Math.max(0, 200 - text.length)) });
}

interface Taken {
  readonly ms: number;
  readonly cpu: number;
  readonly peak: number;
  readonly bytes: number;
}

async function kcat(): Promise<Taken> {
  const { output, ...taken } = await run('sh', ['-c', `kcat -C -b ${servers.kafka} -t ${topic} -o beginning -e -q | grep -F ${wanted}`]);
  if (!output.includes(wanted)) throw new Error('kcat did not find it');
  return { ...taken, bytes: 0 };
}

async function aishell(...options: readonly string[]): Promise<Taken> {
  const { output, ...taken } = await run(process.execPath, [program, 'trace', wanted, '--config', folder, '--format', 'json', ...options]);
  const answer = JSON.parse(output) as { steps: unknown[]; complete: boolean; coverage: { coverage: { bytes: number; messages: number; reachedEnd: boolean }[] }[] };
  const parts = answer.coverage.flatMap(({ coverage }) => coverage);
  if (answer.steps.length !== 1 || !answer.complete || parts.length % 6 !== 0 || parts.some(({ reachedEnd }) => !reachedEnd)) throw new Error('the id was not found, or not all was read');
  const read = parts.reduce((sum, part) => sum + part.messages, 0);
  if (options.length === 0 && read < messages) throw new Error(`only ${read} messages were read`);
  return { ...taken, bytes: parts.reduce((sum, part) => sum + part.bytes, 0) };
}

async function run(command: string, args: readonly string[]): Promise<Omit<Taken, 'bytes'> & { output: string }> {
  const [began, cpuBefore] = [performance.now(), await cpuOfChildren()];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, XDG_CACHE_HOME: folder } });
  let [output, peak] = ['', 0];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // VmHWM is a peak itself: the last look before the end is enough.
  const watch = setInterval(() => {
    readFile(`/proc/${child.pid}/status`, 'utf8').then((status) => (peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)), () => undefined);
  }, 10);
  await once(child, 'close');
  clearInterval(watch);
  return { ms: performance.now() - began, cpu: (await cpuOfChildren()) - cpuBefore, output, peak };
}

/** Of all processes that ended below this one, in milliseconds (proc(5): cutime and cstime, in hundredths of a second). */
async function cpuOfChildren(): Promise<number> {
  const fields = (await readFile('/proc/self/stat', 'utf8')).split(') ')[1]!.split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}
