/**
 * What happens to a value of one type that is kept as another. Severity follows the direction of flow: a wider column
 * takes whatever a narrower one sends, and not the other way round.
 */

import type { Difference } from '../answer/contract.js';
import { typeName } from '../algebra/index.js';
import type { Type } from '../algebra/index.js';

export interface Judgement {
  readonly severity: Difference['severity'];
  readonly why: string;
}

/** @returns undefined where every value arrives as it left */
export function judgeTypes(to: Type, from: Type): Judgement | undefined {
  if (typeName(to) === typeName(from)) return undefined;
  const judged = judge(to, from);
  return judged && { severity: judged[0], why: judged[1] };
}

function judge(to: Type, from: Type): readonly [Difference['severity'], string] {
  if (to.kind === 'null' || from.kind === 'null') return ['note', 'one side held no value yet'];
  if (to.kind === 'json' || from.kind === 'json') return ['risky', 'one side has no fixed type'];
  if (to.kind === 'int' && from.kind === 'int') {
    return holds(to, from) ? ['note', 'wider here, values fit'] : ['breaking', 'values out of range cannot be kept'];
  }
  if (to.kind === 'decimal' && from.kind === 'decimal') {
    const whole = (type: typeof to) => type.precision - type.scale;
    return to.scale >= from.scale && whole(to) >= whole(from)
      ? ['note', 'wider here, values fit']
      : ['breaking', 'digits can be lost or refused'];
  }
  if (to.kind === 'float' && from.kind === 'float') {
    return to.bits > from.bits ? ['note', 'wider here, values fit'] : ['risky', 'digits can be lost'];
  }
  // A double has 53 binary digits, a float of 32 bits has 24.
  const exactBesideFloat = (type: Type, { bits }: { readonly bits: number }) => type.kind === 'decimal' || (type.kind === 'int' && type.bits > (bits === 32 ? 24 : 53));
  if (to.kind === 'float' && exactBesideFloat(from, to)) return ['risky', 'binary floating point rounds what is exact there'];
  if (to.kind === 'float' && from.kind === 'int') return ['note', 'values fit'];
  if (from.kind === 'float' && to.kind === 'int') return ['breaking', 'fractions are lost'];
  if (from.kind === 'float' && exactBesideFloat(to, from)) return ['risky', 'rounding on the way; sums will not agree to the last digit'];
  if (to.kind === 'timestamp' && from.kind === 'timestamp') {
    if (to.zoned !== from.zoned) return ['risky', 'one side names the instant, the other a wall clock without its zone'];
    return to.unit === 'ns' ? ['note', 'finer here'] : ['note', 'nanoseconds are dropped'];
  }
  if (to.kind === 'date' && from.kind === 'timestamp') return ['risky', 'the time of day is dropped'];
  if (to.kind === 'timestamp' && from.kind === 'date') return to.zoned ? ['risky', 'a date kept as midnight, of which zone is not said'] : ['note', 'a date kept as midnight'];
  if (to.kind === 'decimal' && from.kind === 'int') {
    return to.precision - to.scale >= digitsOf(from) ? ['note', 'kept as a decimal'] : ['breaking', 'long numbers are refused'];
  }
  if (to.kind === 'int' && from.kind === 'decimal') {
    return from.scale === 0 && from.precision < digitsOf(to) && to.signed ? ['note', 'values fit'] : ['breaking', 'fractions or long numbers cannot be kept'];
  }
  if (to.kind === 'text' && from.kind === 'blob') return ['breaking', 'not all bytes are text'];
  if (to.kind === 'blob' && from.kind === 'text') return ['risky', 'its bytes are kept, and not what encoding they are in'];
  if (to.kind === 'text' && nested.has(from.kind)) return ['breaking', 'what has parts is no text'];
  if (to.kind === 'text') return ['risky', 'kept as text: comparison, sorting and leading zeros differ'];
  if (from.kind === 'text') return ['breaking', 'not every text is such a value'];
  if (to.kind === 'list' && from.kind === 'list') return judge(to.element, from.element);
  if (to.kind === 'map' && from.kind === 'map') return worseOf(judgeTypes(to.key, from.key), judgeTypes(to.value, from.value));
  if (to.kind === 'struct' && from.kind === 'struct') return judgeFields(to, from);
  return ['breaking', 'the types do not convert'];
}

const nested: ReadonlySet<Type['kind']> = new Set(['list', 'map', 'struct']);
const order = ['note', 'risky', 'breaking'] as const;

function worseOf(...judged: readonly (Judgement | undefined)[]): readonly [Difference['severity'], string] {
  const [worst] = judged.filter((one) => one !== undefined).sort((a, b) => order.indexOf(b.severity) - order.indexOf(a.severity));
  return worst === undefined ? ['note', 'alike'] : [worst.severity, worst.why];
}

function judgeFields(to: Type & { kind: 'struct' }, from: Type & { kind: 'struct' }): readonly [Difference['severity'], string] {
  const findings = from.fields.map(({ name, type }): readonly [Difference['severity'], string] => {
    const here = to.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
    if (here === undefined) return ['risky', `the member ${name} is not kept`];
    const inner = judgeTypes(here.type, type);
    return inner === undefined ? ['note', 'members alike'] : [inner.severity, `${name}: ${inner.why}`];
  });
  const more: readonly [Difference['severity'], string] = ['note', 'members beyond those there'];
  return findings.sort((a, b) => order.indexOf(b[0]) - order.indexOf(a[0]))[0] ?? more;
}

/** Does every integer of `from` fit? */
export function holds(to: Type & { kind: 'int' }, from: Type & { kind: 'int' }): boolean {
  return to.bits > from.bits ? to.signed || !from.signed : to.bits === from.bits && to.signed === from.signed;
}

/** The least and the greatest that the type holds. */
export function rangeOf({ bits, signed }: Type & { kind: 'int' }): readonly [bigint, bigint] {
  return signed ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n] : [0n, 2n ** BigInt(bits) - 1n];
}

function digitsOf(type: Type & { kind: 'int' }): number {
  return String(rangeOf(type)[1]).length;
}
