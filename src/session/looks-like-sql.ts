/** SQL is recognised by its first word; whatever else it is, no English question begins so with a keyword pair behind. */
export function looksLikeSql(text: string): boolean {
  return /^\s*(--|\/\*|\(\s*select\b|select\b(?!ion)|with\s+(recursive\s+)?[\w"]+\s*(\([^)]*\)\s*)?as\s*(not\s+materialized\s*|materialized\s*)?\(|from\s+[\w"]+\.|values\s*\()/i.test(
    text,
  );
}
