/** Functions of DuckDB whose value differs from row to row: an expression with one of them means something only where it runs. */

export const volatileFunctions: ReadonlySet<string> = new Set(['random', 'uuid', 'gen_random_uuid', 'uuidv4', 'uuidv7']);
