/**
 * The gate: between text, whoever wrote it, and everything that acts on it. One SELECT comes through, bound against the
 * catalogue; everything else ends here with an error that names what was refused.
 *
 *   gate.ts       checkStatement: the order of the checks
 *   walk.ts       the whole syntax tree: tables, functions, names; unknown kinds of nodes are refused
 *   functions.ts  the allowlist
 *   resolve.ts    names -> the catalogue's tables
 *   freeze.ts     now() and its kin -> one instant
 *   bind.ts       DuckDB's complaints -> errors with places and near names
 *   syntax.ts     the syntax tree of a statement that was admitted before
 *   form.ts       one text for statements that differ in spelling alone
 *   text.ts       where tokens end, lines and carets, edits
 *
 * The decision is made on DuckDB's own syntax tree, never by pattern on the text.
 */

export { checkStatement } from './gate.js';
export type { GateOptions } from './gate.js';
export { statementForm } from './form.js';
export { statementSyntax } from './syntax.js';
export { warmPlanner } from '../duckdb/serialize.js';
export type { CheckedStatement } from './contract.js';
