/** Word forms: one lemma for the forms of a word, and a rougher root that joins a verb with the nouns made from it. */

import { irregularNouns } from '../../../catalog/irregular-nouns.js';

const irregular: Readonly<Record<string, string>> = {
  ...Object.fromEntries(irregularNouns),
  ids: 'id', ages: 'age', gpas: 'gpa', urls: 'url', persons: 'person', indexes: 'index', statuses: 'status', bus: 'bus', buses: 'bus', is: 'be', are: 'be', was: 'be', were: 'be', been: 'be', being: 'be', am: 'be',
  has: 'have', had: 'have', having: 'have', does: 'do', did: 'do', done: 'do', doing: 'do', went: 'go', gone: 'go', goes: 'go', bought: 'buy', sold: 'sell',
  taught: 'teach', made: 'make', won: 'win', wrote: 'write', written: 'write', gave: 'give', given: 'give', took: 'take', taken: 'take', held: 'hold',
  led: 'lead', paid: 'pay', spent: 'spend', sent: 'send', got: 'get', ran: 'run', flew: 'fly', flown: 'fly', drove: 'drive', driven: 'drive', rode: 'ride',
  ridden: 'ride', grew: 'grow', grown: 'grow', knew: 'know', known: 'know', chose: 'choose', chosen: 'choose', built: 'build', lost: 'lose', met: 'meet',
  left: 'leave', came: 'come', saw: 'see', seen: 'see', sang: 'sing', sung: 'sing', swam: 'swim', began: 'begin', begun: 'begin', broke: 'break', broken: 'break',
  spoke: 'speak', spoken: 'speak', stole: 'steal', stolen: 'steal', lent: 'lend', rose: 'rise', fell: 'fall', fallen: 'fall', thought: 'think', brought: 'bring',
  caught: 'catch', kept: 'keep', slept: 'sleep', said: 'say', heard: 'hear', shipped: 'ship', shot: 'shoot', beaten: 'beat', ordered: 'order', ate: 'eat', eaten: 'eat',
  lay: 'lie', laid: 'lay', died: 'die', dying: 'die', lying: 'lie', tied: 'tie', dated: 'date', used: 'use', owed: 'owe', data: 'data', media: 'media', this: 'this', his: 'his', its: 'its', during: 'during',
  rookies: 'rookie', selfies: 'selfie', thing: 'thing', something: 'something', anything: 'anything', nothing: 'nothing', building: 'building', buildings: 'building', rating: 'rating', ratings: 'rating',
  meeting: 'meeting', meetings: 'meeting', wedding: 'wedding', string: 'string', king: 'king', ring: 'ring', spring: 'spring', wing: 'wing', evening: 'evening', morning: 'morning',
  shipping: 'shipping', booking: 'booking', bookings: 'booking', reading: 'reading', readings: 'reading', listing: 'listing', listings: 'listing', training: 'training', bed: 'bed', red: 'red', hundred: 'hundred', need: 'need', speed: 'speed', feed: 'feed', seed: 'seed',
  breed: 'breed', based: 'base', address: 'address', addresses: 'address', married: 'married', united: 'united', as: 'as', us: 'us', yes: 'yes', less: 'less', plus: 'plus', always: 'always', across: 'across',
};

const vowels = /[aeiouy]/;

export function lemma(word: string): string {
  // Succeed, exceed: no past tense.
  if (word.endsWith('ceed')) return word;
  const known = irregular[word];
  if (known !== undefined && Object.hasOwn(irregular, word)) return known;
  if (word.length <= 3 || !/^[a-z]+$/.test(word)) return word;
  if (word.endsWith('ies')) return word.length > 4 ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  if (/(ch|sh|x|ss|zz)es$/.test(word)) return word.slice(0, -2);
  if (word.endsWith('s') && !/(ss|us|is)$/.test(word)) return word.slice(0, -1);
  if (word.endsWith('ied')) return `${word.slice(0, -3)}y`;
  if (word.endsWith('ing') && word.length > 5 && vowels.test(word.slice(0, -3))) return unsuffix(word.slice(0, -3));
  if (word.endsWith('ed') && word.length > 4 && vowels.test(word.slice(0, -2))) return unsuffix(word.slice(0, -2));
  return word;
}

/** The form of a name that lemma() leads back: `category` -> categories. */
export function plural(name: string): string {
  if (name.endsWith('s')) return name;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}

/** What is left of a verb without -ed or -ing: `stopp` -> stop, `manag` -> manage. */
function unsuffix(stem: string): string {
  if (/([bdgmnprt])\1$/.test(stem)) return stem.slice(0, -1);
  if (/(at|iz|ag|uc|as|us|os|is|iv|ov|av|rg|dg|nc|rc|rv|lv|ur|ir|ar|or|uir|pl|bl|tl|dl|gl|ut|id|ud|ok|ik|ak|ul|il|al|um|am|im|in|ot|et|it|op|ap|ip)$/.test(stem) && needsE(stem)) return `${stem}e`;
  return stem;
}

/** Endings that are ambiguous without a dictionary: these, after one vowel and in short or Latin stems, take -e. */
function needsE(stem: string): boolean {
  if (/(at|iz|ag|uc|us|os|iv|ov|av|rg|dg|nc|rc|rv|lv|uir|pl|bl|tl|dl|gl|ut|ud|as)$/.test(stem)) return !/(ea|oa|ee|oo|ou|ai)[a-z]$/.test(stem) && !/(treat|seat|repeat|heat|float|focus|discus|cat|combat|format)$/.test(stem);
  return /^[b-df-hj-np-tv-xz]{0,2}[aeiou][a-z]$/.test(stem) || /(quir|cur|par|igur|ompar|tor|ssign)$/.test(stem) === true && !/ssign$/.test(stem);
}

const derivations = ['ational', 'ization', 'ations', 'ation', 'ures', 'ure', 'ments', 'ment', 'ances', 'ance', 'ences', 'ence', 'ional', 'ition', 'ions', 'ion', 'ers', 'ors', 'ees', 'ees', 'ing', 'ies', 'ive', 'ed', 'er', 'or', 'ee', 'al', 'es', 'ly', 'e', 's', 'y'];

/** Rough: `manager`, `managed`, `management` -> `manag`. Only for weak matches. */
export function root(word: string): string {
  for (const suffix of derivations) {
    if (word.length - suffix.length >= 4 && word.endsWith(suffix)) return word.slice(0, -suffix.length);
  }
  return word;
}
