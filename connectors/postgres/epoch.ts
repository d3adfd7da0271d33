/** PostgreSQL counts from 2000-01-01: its epoch since 1970, in microseconds and in days. */

export const epochMicros = 946_684_800_000_000;
export const epochDays = 10_957;
