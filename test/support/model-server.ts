/** A loopback server that speaks the chat completions protocol, with scripted replies, for tests of the model path. */

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ChatRequest {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly response_format?: unknown;
  readonly stream?: boolean;
  readonly temperature?: number;
}

/** What to do with one request: a string is the message's content; a function answers by itself. */
export type Script = string | ((request: ChatRequest, response: ServerResponse) => void);

export interface ModelServer {
  readonly baseUrl: string;
  readonly requests: ChatRequest[];
  /** Names and values of the headers of each request, as text. */
  readonly headers: string[];
  close(): Promise<void>;
}

/** Answers the n-th request by the n-th script; the last one repeats. */
export async function modelServer(...scripts: Script[]): Promise<ModelServer> {
  const requests: ChatRequest[] = [];
  const headers: string[] = [];
  const server = createServer((request, response) => {
    void body(request).then((text) => {
      const chat = JSON.parse(text) as ChatRequest;
      requests.push(chat);
      headers.push(request.rawHeaders.join('\n'));
      const script = scripts[Math.min(requests.length, scripts.length) - 1]!;
      if (typeof script === 'function') script(chat, response);
      else respond(response, 200, completion({ content: script }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    headers,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export function respond(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
}

export function completion(message: Record<string, unknown>): unknown {
  return {
    id: 'x',
    object: 'chat.completion',
    created: 0,
    model: 'm',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', ...message } }],
  };
}

export const usage = { prompt_tokens: 1000, completion_tokens: 50, total_tokens: 1050 };

/** The reply as server-sent events, a few characters each. */
export function stream(response: ServerResponse, content: string, after: 'end' | 'silence' = 'end'): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (value: object): void => void response.write(`data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 0, model: 'm', ...value })}\n\n`);
  const step = Math.max(20, Math.ceil(content.length / 100));
  for (let at = 0; at < content.length; at += step) event({ choices: [{ index: 0, delta: { content: content.slice(at, at + step) } }] });
  if (after === 'silence') return;
  event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  event({ choices: [], usage });
  response.end('data: [DONE]\n\n');
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
