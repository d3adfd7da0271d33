/** Thrown inside a build: this way of reading makes no statement; the message says why. */
export class NoReading extends Error {}
