/**
 * One request to a server of the chat completions protocol, streamed where the server can. The openai package does the
 * retries (exponential, with jitter, and Retry-After); around it stands what it leaves open: replies are bounded, a
 * pause is bounded, a redirect is refused, and no header tells of this machine or comes from its environment.
 */

import type OpenAI from 'openai';
import type { ModelConfig } from '../../config/contract.js';
import { AishellError } from '../../errors.js';
import { toModelError } from './failures.js';
import { replySchema } from './reply.js';

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface Tokens {
  readonly input: number;
  readonly output: number;
}

export interface Completion {
  readonly text: string;
  /** What the server counted; undefined where it doesn't say. */
  readonly tokens: Tokens | undefined;
}

export interface Client {
  /** @param onText characters of the reply so far */
  complete(messages: readonly Message[], temperature: number, signal: AbortSignal, onText: (characters: number) => void): Promise<Completion>;
}

const maxTokens = 4_000;
/** Of a reply's text; 4,000 tokens are a tenth of it. */
const maxText = 262_144;
/** Of a response as it is sent, events and errors included. */
const maxBytes = 4 * 2 ** 20;
/** A server that asks for a longer pause is not waited for. */
const longestPauseMs = 60_000;
const sentHeaders = ['authorization', 'accept', 'content-type'];

export async function openClient(config: ModelConfig): Promise<Client> {
  const { default: Package } = await import('openai');
  const { Stream } = await import('openai/streaming');
  const server = new Package({
    // Stated, since the package would take what isn't from the environment and send it to whoever listens there.
    baseURL: config.baseUrl ?? 'https://api.openai.com/v1',
    apiKey: config.apiKey?.reveal() ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    timeout: config.timeoutMs,
    maxRetries: config.retries,
    logLevel: 'off',
    fetch: guardedFetch(config.apiKey !== undefined),
  });
  let options = optionalParameters();

  const request = async (messages: readonly Message[], temperature: number, signal: AbortSignal): Promise<Response> => {
    for (;;) {
      const sent = { ...options, ...('temperature' in options && { temperature }) };
      const body = { model: config.name, messages: [...messages], ...sent } as unknown as OpenAI.ChatCompletionCreateParamsNonStreaming;
      try {
        return await unlessAborted(server.chat.completions.create(body, { signal }).asResponse(), signal);
      } catch (error) {
        const fewer = withoutRefused(options, error);
        if (fewer === undefined) throw error;
        options = fewer;
      }
    }
  };
  return {
    async complete(messages, temperature, signal, onText) {
      const pause = new Pause(config.timeoutMs, signal);
      try {
        const response = await request(messages, temperature, pause.controller.signal);
        pause.restart();
        const streamed = /event-stream/i.test(response.headers.get('content-type') ?? '');
        if (!streamed) return whole((await response.json()) as OpenAI.ChatCompletion);
        const events = Stream.fromSSEResponse<OpenAI.ChatCompletionChunk>(response, pause.controller);
        const completion = await collected(events, () => pause.restart(), onText);
        // The package ends a stream quietly when it is aborted.
        pause.controller.signal.throwIfAborted();
        return completion;
      } catch (error) {
        throw toModelError(pause.passed ? new TimeoutError() : error, config, signal);
      } finally {
        pause.stop();
      }
    },
  };
}

/** Told by its name like the package's own. */
class TimeoutError extends Error {}

/** Aborts once nothing has come for so long; it starts with the first sign of a reply. */
class Pause {
  readonly controller = new AbortController();
  passed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ms: number,
    private readonly outer: AbortSignal,
  ) {
    if (outer.aborted) this.#cancel();
    outer.addEventListener('abort', this.#cancel, { once: true });
  }

  readonly #cancel = (): void => this.controller.abort(this.outer.reason);

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.passed = true;
      this.controller.abort();
    }, this.ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.outer.removeEventListener('abort', this.#cancel);
  }
}

type Parameters = Readonly<Record<string, unknown>>;

function optionalParameters(): Parameters {
  return {
    temperature: 0,
    max_tokens: maxTokens,
    response_format: { type: 'json_schema', json_schema: { name: 'translation', strict: true, schema: replySchema } },
    stream: true,
    stream_options: { include_usage: true },
  };
}

/** A server says which parameter it doesn't know, or only that something is wrong: then all of them go. */
function withoutRefused(options: Parameters, error: unknown): Parameters | undefined {
  const { status, param, message } = error as { status?: unknown; param?: unknown; message?: unknown };
  if ((status !== 400 && status !== 422) || Object.keys(options).length === 0) return undefined;
  const said = `${String(param ?? '')} ${String(message ?? '')}`;
  const named = Object.keys(options).filter((name) => new RegExp(`\\b${name}\\b`).test(said));
  const { max_tokens: limit } = options;
  const kept = Object.entries(options).filter(([name]) => named.length > 0 && !named.includes(name));
  // Newer models know the limit by another name.
  return Object.fromEntries([...kept, ...(named.includes('max_tokens') && /max_completion_tokens/.test(said) ? [['max_completion_tokens', limit]] : [])]);
}

/** The package sleeps between attempts without looking at the signal. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(signal.reason as Error);
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}

function guardedFetch(withKey: boolean): typeof fetch {
  return async (input, init) => {
    const given = new Headers(init?.headers);
    const headers = new Headers([['user-agent', 'aishell']]);
    for (const name of sentHeaders) {
      const value = given.get(name);
      if (value !== null && (withKey || name !== 'authorization')) headers.set(name, value);
    }
    const response = await fetch(input, { ...init, headers, redirect: 'error' });
    const answered = new Headers(response.headers);
    if (pauseOf(answered) > longestPauseMs) answered.set('x-should-retry', 'false');
    // Already decoded here.
    for (const name of ['content-encoding', 'content-length']) answered.delete(name);
    return new Response(response.body?.pipeThrough(bounded()) ?? null, { status: response.status, headers: answered });
  };
}

/** Milliseconds that the server asks to be left alone for; unreadable counts as for ever. */
function pauseOf(headers: Headers): number {
  const written = headers.get('retry-after-ms') ?? headers.get('retry-after');
  if (written === null) return 0;
  const number = Number(written);
  const ms = Number.isNaN(number) ? Date.parse(written) - Date.now() : number * (headers.has('retry-after-ms') ? 1 : 1000);
  return Number.isNaN(ms) ? Infinity : ms;
}

function bounded(): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) controller.error(tooLong());
      else controller.enqueue(chunk);
    },
  });
}

function tooLong(): AishellError {
  return new AishellError('model.failed', 'The model’s reply has no end.', 'Try again, or another model. The offline translator works without it.');
}

async function collected(events: AsyncIterable<OpenAI.ChatCompletionChunk>, sign: () => void, onText: (characters: number) => void): Promise<Completion> {
  let text = '';
  let refusal = '';
  let tokens: Tokens | undefined;
  let any = false;
  for await (const event of events) {
    sign();
    tokens = tokensOf(event.usage) ?? tokens;
    const delta = event.choices?.[0]?.delta;
    if (delta === undefined) continue;
    any = true;
    if (typeof delta.content === 'string') text += delta.content;
    if (typeof delta.refusal === 'string') refusal += delta.refusal;
    if (text.length + refusal.length > maxText) throw tooLong();
    onText(text.length);
  }
  if (!any) throw noMessage();
  return { text: refusal === '' ? text : refused(refusal), tokens };
}

function whole(completion: OpenAI.ChatCompletion): Completion {
  const message = completion.choices?.[0]?.message;
  const tokens = tokensOf(completion.usage);
  if (typeof message?.refusal === 'string' && message.refusal !== '') return { text: refused(message.refusal), tokens };
  if (typeof message?.content !== 'string') throw noMessage();
  return { text: message.content, tokens };
}

function tokensOf(usage: OpenAI.CompletionUsage | null | undefined): Tokens | undefined {
  const [input, output] = [usage?.prompt_tokens, usage?.completion_tokens];
  return Number.isSafeInteger(input) && Number.isSafeInteger(output) ? { input: input!, output: output! } : undefined;
}

const refused = (reason: string): string => JSON.stringify({ kind: 'cannot', reason: `it refused: ${reason}` });

function noMessage(): AishellError {
  return new AishellError('model.failed', 'The model server sent no message.', 'Check model.baseUrl: it must speak the chat completions protocol.');
}
