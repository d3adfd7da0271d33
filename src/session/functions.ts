/** The functions that a statement may call: for completion, which must not load a planner to know them. */
export { allowedNames as functionNames } from '../sql/functions.js';
