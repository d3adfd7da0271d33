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
