/** A model server's failure as an AishellError: whose fault, what happened, what to do. */

import type { ModelConfig } from '../../config/contract.js';
import { redact } from '../../config/secret.js';
import { AishellError } from '../../errors.js';

export function toModelError(error: unknown, config: ModelConfig, signal: AbortSignal): unknown {
  if (signal.aborted || error instanceof AishellError) return signal.aborted ? signal.reason : error;
  const [what, remedy] = describe(error, config);
  return new AishellError('model.failed', `The model '${config.name}' failed: ${what}`, `${remedy} The offline translator works without it.`, {
    cause: error,
  });
}

function describe(error: unknown, config: ModelConfig): readonly [string, string] {
  const { status, name, message } = error as { status?: number; name?: string; message?: string };
  const where = config.baseUrl ?? 'its default address';
  if (status === 401 || status === 403) return [`it refused the key (${status}).`, 'Check model.apiKey.'];
  if (status === 404) return ['it is not known there (404).', 'Check model.name and model.baseUrl.'];
  if (status === 429) return ['too many requests, or no quota left (429).', 'Try again later.'];
  if (status !== undefined) return [`the server answered ${status}.`, 'Try again later, or check the server.'];
  // The package's classes are told by name: importing it here would load it with the offline path.
  if (error instanceof Error && /Timeout/.test(error.constructor.name + (name ?? ''))) {
    return [`no answer within ${config.timeoutMs / 1000} s.`, 'Raise model.timeout, or try again.'];
  }
  if (error instanceof Error && /Connection/.test(error.constructor.name)) {
    return [`${redact(where)} cannot be reached.`, 'Check model.baseUrl and the network.'];
  }
  return [redact(message ?? 'unknown failure'), 'Check model.baseUrl: it must speak the chat completions protocol.'];
}
