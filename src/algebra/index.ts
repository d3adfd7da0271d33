/** The words that planning, connectors and answers share: types, schemas, expressions, relations. Imports nothing. */

export * from './types.js';
export * from './schema.js';
export * from './fields.js';
export * from './conditions.js';
export * from './expr.js';
export * from './rel.js';
export * from './type-names.js';
