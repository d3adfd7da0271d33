/** One HTTP request, and its answer read whole within a bound. What a status means, and what a failure is called, is for the caller. */

import { request as overHttp, type Agent } from 'node:http';
import { request as overHttps, type RequestOptions } from 'node:https';

export interface Exchange {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** Sent by POST; without one it is a GET. */
  readonly body?: string;
  /** user:password of basic sign-in. */
  readonly auth?: string;
  /** Keeps connections; absent: each request has its own. */
  readonly agent?: Agent;
  /** How the server's certificate is checked. */
  readonly tls?: RequestOptions;
  readonly maxBytes: number;
  /** What to fail with when the answer is longer. */
  readonly tooLong: () => Error;
  /** Fails where nothing moves for so long. */
  readonly idle?: { readonly ms: number; readonly failure: () => Error };
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly bytes: number;
}

/** Rejects with what went wrong as Node says it, with the caller's own failures, or as the signal aborts. */
export function exchange({ url, headers, body, auth, agent, tls, maxBytes, tooLong, idle }: Exchange, signal: AbortSignal): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? overHttps : overHttp;
    const options: RequestOptions = {
      ...tls,
      method: body === undefined ? 'GET' : 'POST',
      ...(headers && { headers }),
      ...(auth !== undefined && { auth }),
      ...(idle && { timeout: idle.ms }),
      agent: agent ?? false,
      signal,
    };
    const request = send(url, options, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) response.destroy(tooLong());
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes, text: Buffer.concat(chunks).toString('utf8') }));
    });
    if (idle) request.on('timeout', () => request.destroy(idle.failure()));
    request.on('error', reject);
    request.end(body);
  });
}
