/** Rows that a store is made to skip at most on the way to the last place of a sample, whoever writes the statement. */
export const mostSkipped = 4_000_000;
