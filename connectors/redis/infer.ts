/** A column's type from the texts that a sample held. */

import { isUtf8 } from 'node:buffer';
import { types, type Type } from '../contract.js';
import { isJson, wholeNumber } from './values.js';

export class Samples {
  count = 0;
  #whole = true;
  #json = true;
  #utf8 = true;

  add(bytes: Buffer): void {
    this.count++;
    if (!this.#utf8) return;
    if (!isUtf8(bytes)) {
      this.#utf8 = false;
      return;
    }
    if (!this.#whole && !this.#json) return;
    const text = bytes.toString();
    this.#whole &&= isWhole(text);
    // Only documents: a bare number or word that happens to be JSON is meant as text.
    this.#json &&= /^\s*[[{]/.test(text) && isJson(text);
  }

  get type(): Type {
    if (this.count === 0) return types.text;
    if (!this.#utf8) return types.blob;
    return this.#whole ? types.int64 : this.#json ? types.json : types.text;
  }
}

/** A number of 64 bits in the one way to write it, so that the text can be made from the number again. */
export function isWhole(text: string): boolean {
  return wholeNumber.test(text) && (text.length < 19 || BigInt.asIntN(64, BigInt(text)) === BigInt(text));
}
