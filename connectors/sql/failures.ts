/** Network, TLS and cancellation errors as AishellErrors, the same for every store that speaks over a socket. */

import { AishellError, redact } from '../contract.js';

/** Where something happened, for messages and remedies. */
export interface Place {
  readonly service: string;
  readonly address: string;
  readonly user: string;
  readonly connectTimeoutMs: number;
}

const unreachable = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL', 'ENOENT']);
const cut = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_SSL_WRONG_VERSION_NUMBER']);
const certificate = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA)/;

export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export function messageOf(error: unknown): string {
  // Node reports a host with several addresses as an AggregateError without a message of its own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return redact(error instanceof Error ? error.message : String(error)).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** The error for a failed or lost connection, or undefined when it is not a matter of the network. */
export function networkFailure(error: unknown, service: string, address: string): AishellError | undefined {
  const code = codeOf(error);
  const details = { service, cause: error };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new AishellError('source.unreachable', `${service}: the host of ${address} can't be resolved`, 'Check the host name in the configuration.', details);
  }
  if (unreachable.has(code)) {
    return new AishellError('source.unreachable', `${service}: ${address} can't be reached (${code})`, 'Check that the server runs, and its host and port in the configuration.', details);
  }
  if (certificate.test(code)) {
    return new AishellError('source.unreachable', `${service}: the certificate of ${address} was not accepted (${code})`, 'Set tls.ca to the authority that signed it, and tls.servername if it names another host.', details);
  }
  if (cut.has(code)) return cutFailure(service, messageOf(error), error);
  return undefined;
}

export function cutFailure(service: string, what: string, cause?: unknown): AishellError {
  return new AishellError('source.cut', `${service}: the connection was lost before the answer was complete (${what})`, 'Run it again; if it happens again, look at the server\'s log.', {
    service,
    ...(cause === undefined ? {} : { cause }),
  });
}

export function timeoutFailure(service: string, address: string, milliseconds: number, cause?: unknown): AishellError {
  return new AishellError('source.unreachable', `${service}: ${address} did not answer within ${milliseconds} ms`, 'Check that the server is up and not overloaded, or raise limits.connectTimeout.', {
    service,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What an aborted call rejects with: the reason given, when it is one of ours. */
export function cancelled(signal: AbortSignal, service: string): AishellError {
  return signal.reason instanceof AishellError
    ? signal.reason
    : new AishellError('cancelled', `${service}: cancelled`, 'Run it again to get an answer.', { service });
}

/** Settles with the promise, or rejects as soon as the signal aborts; `late` then gets what the promise still brings. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal, service: string, late?: (value: T) => void): Promise<T> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(cancelled(signal, service));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } catch (error) {
    if (signal.aborted) void promise.then((value) => late?.(value)).catch(() => {});
    throw error;
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}
