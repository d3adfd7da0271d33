/**
 * Which inputs go on from the last answer, and what they want done with it. Only by their form: that they begin or end
 * as no question by itself does ("only ...", "by ...", "... ones", "and last month?"). Whether the words mean anything is for
 * the edits to find out.
 */

import { numberWord } from '../offline/text/numbers.js';
import type { Unit } from '../offline/tree/tree.js';

export type Wish =
  | { readonly kind: 'filter'; readonly text: string; /** "what about X": in place of what is there. */ readonly swap: boolean }
  | { readonly kind: 'group'; readonly text: string; readonly add: boolean }
  | { readonly kind: 'unit'; readonly unit: Unit }
  | { readonly kind: 'sort'; readonly text: string; readonly desc: boolean | undefined }
  | { readonly kind: 'reverse' }
  | { readonly kind: 'show'; readonly text: string; readonly how: 'add' | 'replace' | 'hide' }
  | { readonly kind: 'rows' }
  | { readonly kind: 'limit'; readonly count: number | undefined; readonly end: 'top' | 'first' | 'bottom'; readonly by: string | undefined }
  | { readonly kind: 'share' }
  | { readonly kind: 'count' };

export interface Recognised {
  readonly wishes: readonly Wish[];
  /** By itself it is no question. */
  readonly sure: boolean;
}

const longest = 200;
const units: Readonly<Record<string, Unit>> = {
  minute: 'minute', hour: 'hour', day: 'day', week: 'week', month: 'month', quarter: 'quarter', year: 'year',
  hourly: 'hour', daily: 'day', weekly: 'week', monthly: 'month', quarterly: 'quarter', yearly: 'year', annually: 'year',
};
const asks = /\b(which|what|who|how|when|why|show|list|find|give|count|tell|compare|correlate|is there|are there)\b/i;

export function recognise(input: string): Recognised | undefined {
  const text = input.trim().replace(/[\s?.!]+$/, '');
  if (text === '' || text.length > longest || /[\n;]/.test(text)) return undefined;
  // "only failed ones, by country": one after the other.
  return several(text.split(/\s*,\s*(?:and\s+|then\s+)*|\s+(?:and\s+)?then\s+/i)) ?? several([text]) ?? several(text.split(/\s+(?=(?:by|per|as percentages?|sorted by)\s)/i));
}

function several(parts: readonly string[]): Recognised | undefined {
  const found = parts.map(one);
  if (parts.length > 4 || found.includes(undefined)) return undefined;
  // "only late ones by destination": a filter has no "by" in it.
  const last = found.at(-1)!;
  const split = last!.wish.kind === 'filter' ? /^(.+?)\s+((?:by|per)\s+.+)$/i.exec(parts.at(-1)!) : null;
  const tail = split === null ? undefined : several([...parts.slice(0, -1), split[1]!, split[2]!]);
  return tail ?? { wishes: found.map((f) => f!.wish), sure: found[0]!.sure };
}

interface One {
  readonly wish: Wish;
  readonly sure: boolean;
}

function one(written: string): One | undefined {
  const match = /^(?:(?:ok|okay|please|so|well|but|then|now)\s+)*((?:and\s+)?(?:now\s+|also\s+)?)(.*?)(?:\s+please)?$/is.exec(written.trim())!;
  const joined = match[1]!.toLowerCase();
  const begun = written.trim().length > match[2]!.length;
  const text = match[2]!.replace(/\s+(instead|too|as well)$/i, '');
  const added = /and|also/.test(joined) || /\s(too|as well)$/i.test(match[2]!);
  const wish = shape(text) ?? order(text) ?? measure(text, added) ?? columns(text, added) ?? condition(text, /and/.test(joined));
  if (wish === undefined) return undefined;
  return { wish, sure: wish.kind !== 'show' || begun || added || /\b(their|its|also|add|include|hide|drop|instead)\b/i.test(written) };
}

/** Of the whole: how many, how much of it, in what form. */
function shape(text: string): Wish | undefined {
  if (/^(show |give )?(me )?(it |them |these |those |that |this )?(as|in) (an? )?(percentages?|percents?|per cent|shares?|%)( of (the )?(total|all|whole))?$/i.test(text)) return { kind: 'share' };
  if (/^(how many|how many (of them |of those )?(are|were) (there|they|those|these|it)|count (them|those|these)|how many (of them|of those|rows|in total))$/i.test(text)) return { kind: 'count' };
  if (/^(show|list|give)( me| us)? (them|those|these|the rows)( all)?$|^(which|what) (ones|are they|rows)$|^who are they$/i.test(text)) return { kind: 'rows' };
  if (/^((show|list|give)( me| us)? )?(all of (them|it|those)|them all)$|^(no|without( an?)?|remove the) limit$/i.test(text)) return { kind: 'limit', count: undefined, end: 'first', by: undefined };
  const limit = /^(?:(?:only|just|show|list|give|keep|me|us|the) )*(top|first|bottom|last|highest|lowest) ([\w,]+)(?: (?:of (?:them|those|these)|ones|rows|results|only))?(?: (?:by|with the most) (.+))?$/i.exec(text);
  const count = limit === null ? undefined : /^\d{1,6}$/.test(limit[2]!) ? Number(limit[2]) : numberWord(limit[2]!.toLowerCase());
  if (limit !== null && count !== undefined && count > 0) return { kind: 'limit', count, end: ({ top: 'top', highest: 'top', first: 'first' } as const)[limit[1]!.toLowerCase()] ?? 'bottom', by: limit[3] };
  return undefined;
}

const highFirst = /\b(descending|desc|(highest|largest|biggest|most|newest|latest|greatest|most recent)( one| ones)? first|from (high|highest|largest|newest)( to (low|lowest|smallest|oldest))?|downwards?)\b/i;
const lowFirst = /\b(ascending|asc|(lowest|smallest|fewest|oldest|earliest|least)( one| ones)? first|from (low|lowest|smallest|oldest)( to (high|highest|largest|newest))?|alphabetically|in alphabetical order|upwards?)\b/i;

function order(text: string): Wish | undefined {
  if (/^(reverse|flip|invert|turn)( (it|them|the order|that|this))?( around)?$|^(in )?(the )?(reverse|opposite)( order)?$|^the other way (round|around)$/i.test(text)) return { kind: 'reverse' };
  const said = /^(?:re-?)?(?:sort|order|rank|arrange)(?:ed)?(?: (?:them|it|these|those|that|this|the (?:rows|results?)))?(?:\s+(?:by|on|according to))?(?=\s|$)\s*(.*)$/i.exec(text);
  const bare = said === null && (new RegExp(`^(?:in )?${highFirst.source}(?: order)?$`, 'i').test(text) || new RegExp(`^(?:in )?${lowFirst.source}(?: order)?$`, 'i').test(text));
  if (said === null && !bare) return undefined;
  const rest = bare ? text : said![1]!;
  // "sort customers by age" is a question of its own.
  if (!bare && !/\b(by|on|according to)\b/i.test(text) && !highFirst.test(rest) && !lowFirst.test(rest)) return undefined;
  if (!bare && /^(sort|order|rank|arrange)\s+(?!by|on|them|it|these|those|that|this|the (?:rows|results?)\b|according|in |desc|asc|alphabet|from |highest|largest|newest|lowest|smallest|oldest)/i.test(text)) return undefined;
  const desc = highFirst.test(rest) ? true : lowFirst.test(rest) ? false : undefined;
  const of = rest.replace(highFirst, '').replace(lowFirst, '').replace(/\b(in|order|the)\b/gi, ' ').replace(/\s+/g, ' ').trim();
  return { kind: 'sort', text: of, desc };
}

function measure(text: string, added: boolean): Wish | undefined {
  const unit = /^(?:(?:per|by|each|every|for each|grouped by|group by) )?(minute|hour|day|week|month|quarter|year|hourly|daily|weekly|monthly|quarterly|yearly|annually)$/i.exec(text);
  if (unit !== null && (/ /.test(text) || /ly$/i.test(text))) return { kind: 'unit', unit: units[unit[1]!.toLowerCase()]! };
  const by = /^(?:by|per|for each|for every|grouped? by|(?:break|broken|split)(?: (?:it|this|them|that|these|those))?(?: down| up)? by)\s+(.+)$/i.exec(text);
  if (by === null || asks.test(by[1]!)) return undefined;
  return { kind: 'group', text: by[1]!, add: added };
}

function columns(text: string, added: boolean): Wish | undefined {
  const hide = /^(?:hide|drop|remove|leave out|omit)(?: the| their)? (.+?)(?: columns?)?$/i.exec(text) ?? /^without(?: the| their)? (.+) columns?$/i.exec(text);
  if (hide !== null) return { kind: 'show', text: hide[1]!, how: 'hide' };
  const show = /^(?:show|give|list|display|include|add|see)(?: me| us)?((?: also| just| only)?)((?: the| their| its| his| her)?) (.+)$/i.exec(text);
  if (show !== null && /just|only/i.test(show[1]!) && show[2] === '') return { kind: 'filter', text: show[3]!, swap: false };
  if (show !== null) return { kind: 'show', text: show[3]!, how: /just|only/i.test(show[1]!) ? 'replace' : 'add' };
  const only = /^(?:only|just) (?:the|their) ([\p{L}\p{N}_ ]+)$/iu.exec(text);
  if (only !== null && !/\b(ones?|those|with|where|in|from|that|who)\b/i.test(only[1]!)) return { kind: 'show', text: only[1]!, how: 'replace' };
  const withColumn = /^with (?:the|their|its) ([\p{L}\p{N}_ ]+)$/iu.exec(text);
  return withColumn !== null && (added || !/\d/.test(text)) ? { kind: 'show', text: withColumn[1]!, how: 'add' } : undefined;
}

function condition(text: string, joined: boolean): Wish | undefined {
  const about = /^(?:what about|how about|same (?:for|with)|the same (?:for|with)|(?:and )?for)\s+(?:the\s+)?(.+)$/i.exec(text);
  if (about !== null && !asks.test(about[1]!) && !/^(each|every|all)\b|\b(number of|per|each|average|total)\b/i.test(about[1]!)) return { kind: 'filter', text: about[1]!, swap: true };
  const only = /^(?:only|just|keep(?: only)?)\s+(?:the\s+|those\s+|these\s+)?(.+)$/i.exec(text);
  if (only !== null && !asks.test(only[1]!)) return { kind: 'filter', text: only[1]!, swap: false };
  const begins = /^(without|except|excluding|exclude|not|no|in|from|with|where|whose|over|under|above|below|more than|less than|fewer than|at least|at most|between|since|before|after|during|until|on|of|named|called)\b/i;
  if (begins.test(text) && !asks.test(text)) return { kind: 'filter', text: text.replace(/^exclude\b/i, 'except').replace(/^where\s+/i, ''), swap: false };
  if (/\s(ones|only)$/i.test(text) && !asks.test(text)) return { kind: 'filter', text: text.replace(/^the\s+/i, '').replace(/\s+only$/i, ''), swap: false };
  const period = /^(today|yesterday|(this|last|previous|past|current)( \d+)? (day|week|month|quarter|year)s?|(january|february|march|april|may|june|july|august|september|october|november|december)( \d{4})?|\d{4})$/i;
  if (period.test(text)) return { kind: 'filter', text: /^[a-z]+( \d{4})?$|^\d{4}$/i.test(text) && !/^(today|yesterday)$/i.test(text) ? `in ${text}` : text, swap: true };
  if (/^[\p{L}_ ]+ (over|under|above|below|more than|less than|at least|at most|[<>]=?) \$?[\d.,]+[kKmM%]?$/iu.test(text) && text.split(/\s+/).length <= 6 && !asks.test(text)) return { kind: 'filter', text, swap: false };
  if (joined && text.split(/\s+/).length <= 4 && !asks.test(text)) return { kind: 'filter', text: text.replace(/^the\s+/i, ''), swap: true };
  return undefined;
}
