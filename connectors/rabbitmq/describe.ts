/** Streams as tables with the fields that their last messages have, and the list of queues as one. */

import { AishellError, type Column, type Description, type Table, type Type } from '../contract.js';
import type { TopicTable } from '../log/columns.js';
import { distinct, fieldColumns, LogSample } from '../log/sample.js';
import type { StreamCluster } from './cluster.js';
import { partColumns, queueColumns } from './columns.js';
import type { Management, Queue } from './management.js';
import type { Settings } from './options.js';
import { extentOf, readRange } from './reading.js';
import { responseCodes } from './wire/errors.js';

const sampleMs = 10_000;
const sampleBytes = 64 * 1024 * 1024;
const manyAtOnce = 8;

export async function describe(cluster: StreamCluster, management: Management, settings: Settings, signal: AbortSignal): Promise<Description> {
  const { service, nameOf } = settings;
  const warnings: string[] = [];
  const { streams, queues } = await listed(cluster, management, settings, warnings, signal);
  const taken = new Set<string>();
  const until = Date.now() + sampleMs;
  const tables: Table[] = [];
  let isComplete = true;
  for (let at = 0; at < streams.length; at += manyAtOnce) {
    const some = await Promise.all(
      streams.slice(at, at + manyAtOnce).map(async (stream) => {
        try {
          return await described(stream, cluster, settings, Date.now() < until, warnings, signal);
        } catch (error) {
          if (!(error instanceof AishellError) || (error.code !== 'source.denied' && error.code !== 'source.unreachable') || signal.aborted) throw error;
          warnings.push(`${stream} is left out: ${error.message}`);
          return undefined;
        }
      }),
    );
    for (const found of some) {
      if (found === undefined) continue;
      if (!found.isSampled) isComplete = false;
      tables.push({ ...found.table, name: distinct(nameOf(found.table.name), taken) });
    }
  }
  if (!isComplete) warnings.push('not all streams were sampled, since that took too long: some fields may be missing; set `sample` lower or name `streams`');
  if (queues !== undefined) {
    tables.push({ service, name: distinct('queues', taken), kind: 'table', columns: queueColumns, primaryKey: ['name'], rows: { count: queues.length, exact: false }, native: { queues: true } });
    const deep = queues.filter(({ messages }) => messages > 0);
    if (queues.length > 0) warnings.push(`${queues.length === 1 ? 'one queue is' : `${queues.length} queues are`} not searchable, since reading a queue consumes it; the table queues has their depths${deep.length > 0 ? `: ${shown(deep)}` : ''}`);
  }
  return { facts: { version: cluster.version, ...(queues !== undefined && { unsearchable: tables.at(-1)!.name }) }, tables, warnings: warnings.map((warning) => `${service}: ${warning}`) };
}

function shown(queues: readonly Queue[]): string {
  const some = queues.slice(0, 5).map(({ name, messages }) => `${name} ${messages}`).join(', ');
  return queues.length > 5 ? `${some} and ${queues.length - 5} more` : some;
}

/** Without the management plugin there are the streams that the configuration names, and no word of queues. */
async function listed(cluster: StreamCluster, management: Management, settings: Settings, warnings: string[], signal: AbortSignal): Promise<{ streams: string[]; queues: Queue[] | undefined }> {
  try {
    const all = await management.queues(signal);
    const own = all.filter(({ name, type }) => (type === 'stream' ? settings.isShown(name) : settings.isOwn(name)));
    return { streams: own.filter(({ type }) => type === 'stream').map(({ name }) => name).sort(), queues: own.filter(({ type }) => type !== 'stream') };
  } catch (error) {
    if (!(error instanceof AishellError) || error.kind !== 'source' || settings.named.length === 0 || signal.aborted) throw error;
    warnings.push(`queues are not listed: ${error.message}`);
    const connection = await cluster.any(signal);
    const streams: string[] = [];
    for (const stream of settings.named) {
      if ((await connection.nodesOf(stream, signal)).code === responseCodes.ok) streams.push(stream);
      else warnings.push(`there is no stream ${stream}`);
    }
    return { streams, queues: undefined };
  }
}

async function described(stream: string, cluster: StreamCluster, settings: Settings, mayRead: boolean, warnings: string[], signal: AbortSignal): Promise<{ table: Table; isSampled: boolean }> {
  const { service, sample: count } = settings;
  const { start, end } = await extentOf(cluster, service, stream, signal);
  const sample = new LogSample();
  const until = Date.now() + sampleMs;
  let isSampled = mayRead;
  if (mayRead && count > 0) {
    const from = Math.max(start, end - count);
    await readRange(cluster, service, { stream, from, to: end }, (chunk, { bytes }) => {
      const cursor = chunk.cursor(chunk.records());
      while (cursor.next()) if (cursor.offset >= from && cursor.offset < end) sample.add(cursor);
      isSampled = bytes < sampleBytes && Date.now() < until;
      return !isSampled;
    }, signal);
  }
  const name = settings.nameOf(stream);
  const declared = settings.types.get(name) ?? new Map<string, Type>();
  if (sample.notJson > 0 && sample.objects > 0) warnings.push(`${stream}: ${sample.notJson} of ${sample.messages} sampled messages are no JSON`);
  const isBinary = declared.has('_value') ? declared.get('_value')!.kind === 'blob' : sample.binaryValues > 0;
  const columns: Column[] = [...partColumns(isBinary), ...fieldColumns(stream, sample, declared, warnings)];
  const native: TopicTable = { topic: stream, partitions: 1, timestampType: 'LogAppendTime', typedHeaders: true };
  return { table: { service, name: stream, kind: 'topic', columns, rows: { count: end - start, exact: false }, sampled: sample.messages, native }, isSampled };
}
