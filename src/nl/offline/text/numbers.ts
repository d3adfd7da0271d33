/** Numbers written as words: seven, twenty-five, two hundred and six, three thousand. */

const units = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const scales: Readonly<Record<string, number>> = { hundred: 100, thousand: 1000, million: 1_000_000, billion: 1_000_000_000 };
const others: Readonly<Record<string, number>> = { once: 1, twice: 2, dozen: 12 };

export function numberWord(word: string): number | undefined {
  const small = smallOf(word);
  if (small !== undefined) return small;
  if (Object.hasOwn(scales, word)) return scales[word];
  return Object.hasOwn(others, word) ? others[word] : undefined;
}

function smallOf(word: string): number | undefined {
  const unit = units.indexOf(word);
  if (unit >= 0) return unit;
  const ten = tens.indexOf(word);
  return ten >= 0 ? 20 + 10 * ten : undefined;
}

/**
 * The number that several words make from a place on, and how many of them: "two hundred and six", "twenty - five",
 * "2 million". Undefined where it is one word, or where the words do not make one number ("one two").
 */
export function compoundNumber(words: readonly { readonly text: string; readonly number?: number }[], at: number): { readonly value: number; readonly length: number } | undefined {
  let [total, group, length, end] = [0, 0, 0, at];
  let before: 'none' | 'unit' | 'ten' | 'hundred' | 'scale' | 'digits' = 'none';
  let least = Infinity;
  for (let i = at; i < words.length; i++) {
    const word = words[i]!.text.toLowerCase();
    const joins = (word === 'and' && (before === 'hundred' || before === 'scale')) || (word === '-' && before === 'ten');
    if (joins) continue;
    const small = smallOf(word);
    const scale = Object.hasOwn(scales, word) ? scales[word]! : undefined;
    if (small !== undefined && small < 10 && ['none', 'ten', 'hundred', 'scale'].includes(before)) [group, before] = [group + small, 'unit'];
    else if (small !== undefined && small >= 10 && ['none', 'hundred', 'scale'].includes(before)) [group, before] = [group + small, small >= 20 ? 'ten' : 'unit'];
    else if (scale === 100 && (before === 'unit' || before === 'none') && group > 0) [group, before] = [group * 100, 'hundred'];
    else if (scale !== undefined && scale > 100 && group > 0 && scale < least) [total, group, before, least] = [total + group * scale, 0, 'scale', scale];
    else if (i === at && /^\$?\d+(\.\d+)?$/.test(words[i]!.text) && words[i]!.number !== undefined && scales[words[at + 1]?.text.toLowerCase() ?? ''] !== undefined) [group, before] = [words[i]!.number!, 'digits'];
    else if (scale === 100 && before === 'digits') [group, before] = [group * 100, 'hundred'];
    // "a hundred"
    else if (i === at && /^an?$/.test(word) && scales[words[at + 1]?.text.toLowerCase() ?? ''] !== undefined) [group, before] = [1, 'unit'];
    else break;
    [length, end] = [length + 1, i + 1];
  }
  return length < 2 ? undefined : { value: total + group, length: end - at };
}

const ordinals: Readonly<Record<string, number>> = { first: 1, second: 2, third: 3, fourth: 4, fifth: 5, sixth: 6, seventh: 7, eighth: 8, ninth: 9, tenth: 10, eleventh: 11, twelfth: 12 };

/** "second", "3rd", "twelfth". */
export function ordinal(word: string): number | undefined {
  if (Object.hasOwn(ordinals, word)) return ordinals[word];
  const digits = /^(\d{1,4})(st|nd|rd|th)$/.exec(word);
  return digits === null ? undefined : Number(digits[1]);
}
