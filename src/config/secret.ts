/**
 * A secret that cannot be printed by accident. Configuration values marked `secret` in a connector's schema arrive
 * wrapped; only the driver call unwraps them. Every revealed or wrapped value is also remembered so that `redact`
 * can blank it in text that comes from elsewhere, such as a driver's error message.
 */

import { inspect } from 'node:util';

const known = new Set<string>();

export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    // Shorter strings would blank ordinary words; nobody's safety rests on a three-letter password staying off screen.
    if (value.length >= 4) known.add(value);
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}

/** Marks a part of a secret (the password inside a URL, say) as secret too. */
export function rememberSecret(value: string): void {
  if (value.length >= 4) known.add(value);
}

/** Replaces every known secret, and its URL-encoded form, in a text that is about to be shown or stored. */
export function redact(text: string): string {
  let result = text;
  for (const value of known) {
    result = result.replaceAll(value, '***');
    const encoded = encodeURIComponent(value);
    if (encoded !== value) result = result.replaceAll(encoded, '***');
  }
  return result.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+@/gi, '$1***@');
}
