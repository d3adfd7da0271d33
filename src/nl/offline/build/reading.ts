/** Thrown inside a build: this way of reading makes no statement; the message says why. */
export class NoReading extends Error {}

/** The words are understood, and what they ask for can't be told: a looser way of reading them must not take its place. */
export class Undecided extends NoReading {}
