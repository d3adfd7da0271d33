/** JSON over HTTP from the query API of a tracing server: bounded in bytes and time, redirects not followed. */

import { AishellError, Secret, type ConfigValue, type Host, type JsonSchema, type SpanRecord, type TraceFinds, type TraceSettings } from '../contract.js';
import { exchange } from '../http/exchange.js';
import { cancelled, cutFailure, messageOf, networkFailure, timeoutFailure } from '../sql/failures.js';
import { nodeTls } from '../sql/tls.js';

const maxBytes = 64 * 1024 * 1024;

/** What Jaeger and Zipkin are configured with. */
export const httpSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: { type: 'string', pattern: '^https?://', description: 'Where the query API and the pages are, with their base path.' },
    user: { type: 'string', minLength: 1 },
    password: { type: 'string', 'x-secret': true },
    token: { type: 'string', 'x-secret': true, description: 'Sent as a bearer token.' },
  },
};

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly bytes: number;
}

export class TracingServer {
  /** Without sign-in. */
  readonly place: string;
  readonly #base: URL;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(
    private readonly settings: TraceSettings,
    private readonly host: Host,
  ) {
    const options = settings.options as Readonly<Record<string, ConfigValue>>;
    this.#base = new URL(text(options['url']) ?? '');
    const [user, password, token] = [text(options['user']) ?? decodeURIComponent(this.#base.username), text(options['password']) ?? decodeURIComponent(this.#base.password), text(options['token'])];
    this.#base.username = this.#base.password = '';
    this.place = this.#base.href.replace(/\/$/, '');
    const authorization = token !== undefined ? `Bearer ${token}` : user === '' ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    this.#headers = { accept: 'application/json', ...(authorization !== undefined && { authorization }) };
  }

  /** A status of 404 is an answer; any other that isn't 200 rejects. */
  async get(path: string, signal: AbortSignal): Promise<Reply> {
    const { service } = this.settings;
    const url = new URL(`${this.place}${path}`);
    const timeoutMs = this.host.connectTimeoutMs;
    const tls = url.protocol === 'https:' ? await nodeTls(this.settings.tls ?? { enabled: true, verify: true }, service) : {};
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const tooLong = () => this.#failed(`sent more than ${maxBytes / 2 ** 20} MiB`);
      const { status, bytes, text: body } = await exchange({ url, headers: this.#headers, tls, maxBytes, tooLong }, AbortSignal.any([signal, timeout]));
      return { status, bytes, body: this.#read(status, body) };
    } catch (error) {
      if (error instanceof AishellError) throw error;
      if (signal.aborted) throw cancelled(signal, service);
      if (timeout.aborted) throw timeoutFailure(service, this.place, timeoutMs, error);
      throw networkFailure(error, service, this.place) ?? cutFailure(service, messageOf(error), error);
    }
  }

  /** What the traces at these paths hold; one that is not there holds nothing. */
  async spans(paths: readonly string[], spansOf: (body: unknown) => readonly SpanRecord[], most: number, signal: AbortSignal): Promise<TraceFinds> {
    const replies = await Promise.all(paths.map((path) => this.get(path, signal)));
    const spans = replies.filter(({ status }) => status === 200).flatMap(({ body }) => spansOf(body));
    return { spans: spans.slice(0, most), lines: [], asked: paths.map((path) => `GET ${this.place}${path}`).join('; '), coverage: [], isCut: spans.length > most, warnings: [] };
  }

  #read(status: number, body: string): unknown {
    const { service } = this.settings;
    if (status === 401 || status === 403) throw new AishellError('source.auth', `${service}: ${this.place} refused the sign-in (${status})`, 'Set user and password, or token, under `traces:` of the service.', { service });
    if (status !== 200 && status !== 404) throw this.#failed(`answered with status ${status}`);
    try {
      return JSON.parse(body);
    } catch {
      if (status === 404) return undefined;
      throw this.#failed('answered with something that is no JSON');
    }
  }

  #failed(what: string): AishellError {
    const { service, kind } = this.settings;
    return new AishellError('source.failed', `${service}: ${this.place} ${what}`, `Check that the url is that of ${kind}'s query API, with its base path.`, { service });
  }
}

function text(value: ConfigValue | undefined): string | undefined {
  return value instanceof Secret ? value.reveal() : typeof value === 'string' ? value : undefined;
}
