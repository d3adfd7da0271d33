/**
 * The plan has a shape that was not foreseen. Its statement is still right; only nothing may be concluded from the
 * plan, so that tables are read whole.
 */
export class UnreadablePlan extends Error {}
