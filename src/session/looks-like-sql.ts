import { distance } from '../config/nearest.js';
import { AishellError } from '../errors.js';

/** SQL is recognised by its first word; whatever else it is, no English question begins so with a keyword pair behind. */
export function looksLikeSql(text: string): boolean {
  return /^\s*(--|\/\*|\(\s*select\b|select\b(?!ion)|with\s+(recursive\s+)?[\w"]+\s*(\([^)]*\)\s*)?as\s*(not\s+materialized\s*|materialized\s*)?\(|from\s+[\w"]+\.|values\s*\()/i.test(
    text,
  );
}

/** A statement that isn't a SELECT, which the gate refuses in its own words. */
export function looksLikeOtherSql(text: string): boolean {
  return /^\s*(insert\s+into|update\s+[\w".]+\s+set|delete\s+from|merge\s+into|truncate\s+table|(drop|create|alter)\s+(or\s+replace\s+)?(table|view|schema|database|index|user|role|function)|copy\s+[\w".]+\s+(to|from)|attach\s+'|pragma\s+\w+|grant\s+\w+\s+on)\b/i.test(
    text,
  );
}

/** @throws AishellError of `slect * from x`: SELECT with a slip of the finger, before what no English has. */
export function refuseMistyped(text: string): void {
  const first = /^\s*([a-z]{5,8})\s/i.exec(text)?.[1];
  if (first === undefined || /^(select(s|ed)?|elects?)$/i.test(first) || distance(first.toLowerCase(), 'select') > 2) return;
  if (!surelySql.test(text) || !/\bfrom\s+["\w]/i.test(text)) return;
  throw new AishellError('sql.syntax', `"${first}" begins no statement.`, `Did you mean SELECT? SELECT${text.trim().slice(first.length)}`);
}

/** What nobody writes in English: operators, brackets, a qualified table, keywords in capitals. */
export const surelySql = /[*=();]|\bfrom\s+["\w]+\.["\w]|\bSELECT\b.*\bFROM\b/s;
