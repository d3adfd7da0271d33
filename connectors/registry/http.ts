/** GET and POST of JSON to a registry: bounded in time and size, repeated where that may help, another URL at a time. */

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { AishellError } from '../contract.js';
import { exchange, type Reply } from '../http/exchange.js';
import { cancelled, messageOf, networkFailure, timeoutFailure } from '../sql/failures.js';
import { nodeTls } from '../sql/tls.js';
import type { RegistrySettings } from './settings.js';

export interface Answer {
  readonly status: number;
  /** undefined: it is no JSON. */
  readonly body: unknown;
}

/** Larger than any registry takes (Confluent's limit for a schema is 1 MB). */
const maxAnswerBytes = 16 * 1024 * 1024;
const attempts = 3;
const firstPauseMs = 100;
const maxConnections = 4;

export class RegistryHttp {
  #agents: Promise<{ readonly http: HttpAgent; readonly https: HttpsAgent }> | undefined;
  #preferred = 0;

  constructor(
    private readonly settings: RegistrySettings,
    private readonly timeoutMs: number,
  ) {}

  /**
   * Any answer that is not a server's own trouble.
   * @param body sent as JSON by POST; without one it is a GET
   * @throws source.unreachable, source.auth, source.failed, cancelled
   */
  async ask(path: string, signal: AbortSignal, body?: unknown): Promise<Answer> {
    const { urls } = this.settings;
    for (let attempt = 1; ; attempt++) {
      const url = urls[this.#preferred % urls.length]!;
      try {
        const answer = await this.#once(url, path, signal, body);
        if (answer.status !== 429 && answer.status < 500) return this.#allowed(answer, url);
        if (attempt === attempts) throw this.#failed(`${url} answered with status ${answer.status}${reason(answer)}`, 'Look at the registry\'s log.');
      } catch (error) {
        if (!(error instanceof AishellError) || !['source.unreachable', 'source.cut'].includes(error.code) || attempt === attempts) throw error;
      }
      this.#preferred++;
      await sleep(firstPauseMs * 3 ** (attempt - 1), undefined, { signal }).catch(() => {
        throw cancelled(signal, this.settings.service);
      });
    }
  }

  async close(): Promise<void> {
    const agents = await this.#agents;
    agents?.http.destroy();
    agents?.https.destroy();
  }

  #allowed(answer: Answer, url: string): Answer {
    const { service, user } = this.settings;
    if (answer.status === 401) {
      throw new AishellError('source.auth', `${service}: the schema registry ${url} did not accept ${user === undefined ? 'the request without another sign-in' : `user ${user}`}${reason(answer)}`, 'Check registry.username and registry.password, or registry.token.', { service });
    }
    if (answer.status === 403) throw new AishellError('source.denied', `${service}: the schema registry ${url} refused it${reason(answer)}`, 'Ask for the right to read subjects and schemas.', { service });
    if (answer.status !== 404 && answer.body === undefined) throw this.#failed(`${url} answered with status ${answer.status} and no JSON`, 'Check registry.url: Apicurio has this API under /apis/ccompat/v7.');
    return answer;
  }

  #failed(what: string, remedy: string): AishellError {
    return new AishellError('source.failed', `${this.settings.service}: the schema registry ${what}`, remedy, { service: this.settings.service });
  }

  async #once(url: string, path: string, signal: AbortSignal, body: unknown): Promise<Answer> {
    const { service, authorization } = this.settings;
    const { http, https } = await (this.#agents ??= this.#openAgents());
    const timeout = AbortSignal.timeout(this.timeoutMs);
    const stop = AbortSignal.any([signal, timeout]);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      accept: 'application/vnd.schemaregistry.v1+json, application/json',
      ...(authorization !== undefined && { authorization }),
      ...(text !== undefined && { 'content-type': 'application/vnd.schemaregistry.v1+json', 'content-length': Buffer.byteLength(text) }),
    };
    const tooLong = () => new RangeError(`the answer is longer than ${maxAnswerBytes} bytes`);
    const agent = url.startsWith('https:') ? https : http;
    try {
      return parsed(await exchange({ url: new URL(`${url}${path}`), headers, agent, maxBytes: maxAnswerBytes, tooLong, ...(text !== undefined && { body: text }) }, stop));
    } catch (error) {
      if (error instanceof AishellError) throw error;
      if (signal.aborted) throw cancelled(signal, service);
      const address = `the schema registry ${url}`;
      if (timeout.aborted) throw timeoutFailure(service, address, this.timeoutMs, error);
      throw networkFailure(error, service, address) ?? this.#failed(`${url} can't be asked: ${messageOf(error)}`, 'Check registry.url.');
    }
  }

  async #openAgents(): Promise<{ readonly http: HttpAgent; readonly https: HttpsAgent }> {
    const { tls, service } = this.settings;
    const options = { keepAlive: true, maxSockets: maxConnections };
    return { http: new HttpAgent(options), https: new HttpsAgent({ ...options, ...(tls && (await nodeTls(tls, service))) }) };
  }
}

function parsed({ status, text }: Reply): Answer {
  try {
    return { status, body: JSON.parse(text) as unknown };
  } catch {
    return { status, body: undefined };
  }
}

/** What the registry itself says, in its error object. */
function reason({ body }: Answer): string {
  const message = typeof body === 'object' && body !== null && 'message' in body ? body.message : undefined;
  return typeof message === 'string' ? `: ${message.slice(0, 300)}` : '';
}
