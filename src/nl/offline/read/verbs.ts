/** Words that only join what stands around them: verbs, whose sense is in a link between tables, and units. */

import { lemma } from '../text/lemma.js';

const fillers = new Set('member members individual individuals who their it year years old time times ago usd dollar dollars euro euros people person percent least day days month months week weeks hour hours minute minutes meter meters km miles'.split(' '));

/** What a column is a measure of: "RAM size" says no more than the column before it. A rate is more: a share of something. */
const headNouns = new Set('size score amount money measure value type kind category'.split(' '));

export function isHeadNoun(text: string): boolean {
  return headNouns.has(text.toLowerCase());
}

const timeUnits = new Set('second minute hour day week month quarter year today yesterday tomorrow tonight now'.split(' '));

export function isTimeUnit(word: string): boolean {
  return timeUnits.has(word);
}

export function isFiller(text: string): boolean {
  return fillers.has(text.toLowerCase());
}

const verbs = new Set(
  'live work play study own belong use hold attend take teach offer produce make write direct appear act star participate win lose receive get buy sell order go come leave visit travel stay rent pay earn cost weigh run manage lead head serve supply sponsor publish release record sing perform compete enroll register host publish issue claim affect cause store keep build design create found open close start end begin finish happen occur correspond relate associate link connect locate base treat prescribe diagnose cover assign share join marry bear die graduate major advise review rate draw bring do send deliver ship place contain include feature fly land depart arrive broadcast air handle raise purchase report develop sign charge consist cite submit accept reject drive operate employ hire exist complete follow accommodate become suffer fit sit seat spend get got last own reach'.split(' '),
);

/** A word that only joins what stands around it: a verb's form. What it says is in the link between the tables. */
export function isVerb(text: string): boolean {
  const word = text.toLowerCase();
  return /(ed|ing)$/.test(word) || verbs.has(word) || verbs.has(word.replace(/s$/, '')) || irregularVerbs.has(word);
}
/** "registered", "sent", "left": what was done to something. */
export function isParticiple(text: string): boolean {
  const word = text.toLowerCase().split(' ')[0]!;
  // Speed, feed, hundred are none.
  return (/[a-z]{2}ed$/.test(word) && lemma(word) !== word) || irregularVerbs.has(word);
}

const irregularVerbs = new Set('became made won wrote written gave given took taken held led paid spent sent got born known shown chosen broken begun driven written hidden withdrawn ran flew flown drove driven built lost met left came saw seen sang sung began begun bought sold taught born goes does drew drawn brought went gone'.split(' '));
