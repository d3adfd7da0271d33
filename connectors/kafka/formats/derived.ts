/** Which text of a decoded message need not stand in its bytes: numbers, times, names out of the schema. */

export interface DerivedText {
  /** Everything that the schema itself adds: names, symbols, defaults. */
  readonly schema: string;
  readonly hasUuids: boolean;
  readonly hasTimes: boolean;
  /** Bytes are shown in base64. */
  readonly hasBytes: boolean;
}

const words = ['true', 'false', 'null', 'NaN', '-Infinity'];

export function isDerived(text: string, { schema, hasUuids, hasTimes, hasBytes }: DerivedText): boolean {
  if (/["\\\u0000-\u001f]/.test(text) || schema.includes('\\') || schema.includes(text)) return true;
  return text.split(/[,:{}[\]]/).every(
    (token) =>
      /^[-+.eE0-9]*$/.test(token) ||
      words.some((word) => word.includes(token)) ||
      (hasUuids && /^[-0-9a-f]*$/.test(token)) ||
      (hasTimes && /^[-+.0-9TZPMDSs]*$/.test(token)) ||
      (hasBytes && /^[A-Za-z0-9+/=]*$/.test(token)),
  );
}
