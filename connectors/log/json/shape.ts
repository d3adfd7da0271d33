/** What sampled JSON values have in common: the type of a field, by what was seen of it. */

import { isLosslessNumber } from 'lossless-json';
import { decimal, types, type Member, type StructField, type Type } from '../../contract.js';
import { isInstant } from './instant.js';
import { doubleOf } from './put.js';

const maxDepth = 6;
/** Objects with more members than this are taken for maps with data as keys. */
const maxMembers = 200;
const fewValues = 20;

/** Everything that was seen at one place of the messages. */
export class Shape {
  count = 0;
  #nulls = 0;
  #booleans = 0;
  #integers = 0;
  /** Whole numbers of up to 38 digits that need more than 64 bits. */
  #long = 0;
  #floats = 0;
  /** Numbers that a double would change. */
  #inexact = 0;
  #texts = 0;
  #objects = 0;
  #lists = 0;
  #instants = 0;
  readonly #values = new Map<string, number>();
  readonly #members = new Map<string, Shape>();
  #element: Shape | undefined;

  constructor(private readonly depth = 0) {}

  get members(): ReadonlyMap<string, Shape> {
    return this.#members;
  }

  add(value: unknown): void {
    this.count++;
    if (value === null) this.#nulls++;
    else if (typeof value === 'boolean') this.#booleans++;
    else if (typeof value === 'string') this.#text(value);
    else if (isLosslessNumber(value)) this.#number(value.value);
    else if (Array.isArray(value)) {
      this.#lists++;
      this.#element ??= new Shape(this.depth + 1);
      if (this.depth < maxDepth) for (const item of value.slice(0, maxMembers)) this.#element.add(item);
    } else this.#object(value as Record<string, unknown>);
  }

  type(): Type {
    const kinds = [this.#booleans, this.#integers + this.#long + this.#floats, this.#texts, this.#objects, this.#lists].filter((n) => n > 0).length;
    if (kinds !== 1) return types.json;
    if (this.#booleans > 0) return types.boolean;
    if (this.#floats > 0) return this.#inexact > 0 ? types.json : types.float64;
    if (this.#long > 0) return decimal(38, 0);
    if (this.#integers > 0) return types.int64;
    if (this.#texts > 0) return this.#instants === this.#texts ? types.timestamptz : types.text;
    return this.depth >= maxDepth ? types.json : this.#nested();
  }

  /** What was seen of the members below, beyond their types. */
  below(steps: readonly (string | null)[] = []): Member[] {
    const inElements = this.#element?.below([...steps, null]) ?? [];
    const own = [...this.#members].flatMap(([name, member]): Member[] => {
      const values = member.sampleValues();
      const here: Member = { steps: [...steps, name], nativeType: 'JSON member', ...(this.#objects > 0 && { presence: member.count / this.#objects }), ...(values && { sampleValues: values }) };
      return [here, ...member.below([...steps, name])];
    });
    return [...inElements, ...own];
  }

  /** Values of a text that has few of them. */
  sampleValues(): readonly string[] | undefined {
    const isFew = this.#texts > 0 && this.#values.size <= fewValues && this.#instants < this.#texts;
    return isFew ? [...this.#values.keys()].toSorted() : undefined;
  }

  #nested(): Type {
    if (this.#lists > 0) {
      const element = this.#element!.count > 0 ? this.#element!.type() : types.json;
      return element.kind === 'json' ? types.json : { kind: 'list', element };
    }
    const names = [...this.#members.keys()];
    const folded = new Set(names.map((name) => name.toLowerCase()));
    if (names.length === 0 || names.length > maxMembers || folded.size < names.length || folded.has('')) return types.json;
    const fields: StructField[] = names.map((name) => ({ name, type: this.#members.get(name)!.type() }));
    return { kind: 'struct', fields };
  }

  #text(value: string): void {
    this.#texts++;
    if (isInstant(value)) this.#instants++;
    if (value.length <= 64 && this.#values.size <= fewValues) this.#values.set(value, 1);
    else if (value.length > 64) for (let i = 0; this.#values.size <= fewValues; i++) this.#values.set(`${i}\0`, 1);
  }

  #number(text: string): void {
    const isInt64 = /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
    if (isInt64) this.#integers++;
    else if (/^-?\d{1,38}$/.test(text)) this.#long++;
    else this.#floats++;
    if (doubleOf(text) === undefined) this.#inexact++;
  }

  #object(value: Record<string, unknown>): void {
    this.#objects++;
    if (this.depth >= maxDepth) return;
    for (const [name, member] of Object.entries(value)) {
      let shape = this.#members.get(name);
      if (!shape) {
        if (this.#members.size > maxMembers && this.depth > 0) continue;
        this.#members.set(name, (shape = new Shape(this.depth + 1)));
      }
      shape.add(member);
    }
  }
}
