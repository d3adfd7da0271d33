/** Log files of NDJSON: one JSON object a line, with the trace id in a field that is named or found. */

import { canonicalTraceId, isSameTrace, type Health, type LogLine, type TraceBounds, type TraceFinds, type TraceSettings, type TraceSource, type TraceSourceKind } from '../contract.js';
import { bounded, isObject, short } from './attributes.js';
import { filesOf, searchFiles } from './files.js';
import { needlesOf } from './ids.js';
import { fieldsOf, lineFrom, type FieldNames } from './line.js';
import { millis } from './times.js';

const path = { type: 'string', minLength: 1, description: 'A file, a folder, or a pattern with *: one JSON object a line, also compressed (.gz).' };
const field = (what: string) => ({ type: 'string', minLength: 1, description: `The field of ${what}, as name or path (trace.id). Default: found by its usual names.` });

export const logs: TraceSourceKind = {
  kind: 'logs',
  title: 'log files',
  configSchema: {
    description: 'Log files of the service: their lines join a trace by its id.',
    anyOf: [
      path,
      {
        type: 'object',
        additionalProperties: false,
        required: ['path'],
        properties: { path, traceId: field('the trace id'), spanId: field('the span id'), time: field('the time'), message: field('the text') },
      },
    ],
  },
  open: (settings) => new LogFiles(settings),
};

const endings = /\.(log|ndjson|jsonl|json)(\.\d+)?(\.gz)?$/i;

class LogFiles implements TraceSource {
  readonly access = 'log';
  readonly place: string;
  readonly #names: FieldNames;

  constructor(private readonly settings: TraceSettings) {
    const { options } = settings;
    const { path: own, ...names } = isObject(options) ? (options as unknown as FieldNames & { path: string }) : { path: String(options) };
    this.place = own;
    this.#names = names;
  }

  async find(ids: readonly string[], { since, until, bytes, records }: TraceBounds, signal: AbortSignal): Promise<TraceFinds> {
    const { service } = this.settings;
    const files = await filesOf(this.place, endings, this.settings);
    const lines: LogLine[] = [];
    let unread = 0;
    const search = { service, needles: needlesOf(ids), since, until, bytes, timeOf: (line: Buffer) => this.#timeOf(line), signal };
    const coverage = await searchFiles(files, search, (content, file, at) => {
      const fields = fieldsOf(content.toString('utf8'));
      if (fields === undefined) unread++;
      else {
        const { ids: found, ...line } = lineFrom(fields, this.#names);
        const traceId = found.map((id) => canonicalTraceId(id)).find((id) => id !== undefined && ids.some((wanted) => isSameTrace(wanted, id)));
        if (traceId !== undefined) lines.push({ ...line, message: short(line.message), traceId, attributes: bounded(Object.entries(fields)), file: file.name, at });
      }
      return lines.length <= records;
    });
    const warnings = unread === 0 ? [] : [`${this.place}: ${unread} lines hold the trace id and are no JSON object: not shown`];
    return { spans: [], lines: lines.slice(0, records), asked: `search ${this.place} for ${ids.join(', ')}`, coverage, isCut: lines.length > records, warnings };
  }

  async health(): Promise<Health> {
    const files = await filesOf(this.place, endings, this.settings);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    return { version: 'NDJSON', rights: [`${files.length} files, ${(size / 2 ** 20).toFixed(1)} MiB`], canWrite: false, advice: files.length === 0 ? [`${this.place} holds no log file.`] : [] };
  }

  #timeOf(line: Buffer): number | undefined {
    const fields = fieldsOf(line.toString('utf8'));
    return fields === undefined ? undefined : millis(lineFrom(fields, this.#names).time);
  }
}
