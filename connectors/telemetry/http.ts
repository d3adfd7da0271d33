/** JSON over HTTP from the query API of a tracing server: bounded in bytes and time, redirects not followed. */

import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { AishellError, Secret, type ConfigValue, type Host, type JsonSchema, type TraceSettings } from '../contract.js';
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
    const isTls = url.protocol === 'https:';
    const tls = isTls ? await nodeTls(this.settings.tls ?? { enabled: true, verify: true }, service) : {};
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      return await new Promise<Reply>((resolve, reject) => {
        const request = (isTls ? tlsRequest : plainRequest)(url, { headers: this.#headers, signal: AbortSignal.any([signal, timeout]), agent: false, ...tls }, (response) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes > maxBytes) response.destroy(this.#failed(`sent more than ${maxBytes / 2 ** 20} MiB`));
            else chunks.push(chunk);
          });
          response.on('error', reject);
          response.on('end', () => {
            try {
              resolve({ status: response.statusCode ?? 0, bytes, body: this.#read(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8')) });
            } catch (error) {
              reject(error as Error);
            }
          });
        });
        request.on('error', reject);
        request.end();
      });
    } catch (error) {
      if (error instanceof AishellError) throw error;
      if (signal.aborted) throw cancelled(signal, service);
      if (timeout.aborted) throw timeoutFailure(service, this.place, timeoutMs, error);
      throw networkFailure(error, service, this.place) ?? cutFailure(service, messageOf(error), error);
    }
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
