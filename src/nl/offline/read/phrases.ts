/** The fixed phrases of English that shape a query, longest first. They are matched on lower-case words. */

import type { AggregateName, Comparison, Unit } from '../tree/tree.js';

export type Op =
  | { readonly op: 'count' }
  | { readonly op: 'aggregate'; readonly name: AggregateName }
  | { readonly op: 'compare'; readonly is: Comparison }
  | { readonly op: 'between' }
  | { readonly op: 'not' }
  | { readonly op: 'without' }
  | { readonly op: 'each' }
  | { readonly op: 'sort' }
  | { readonly op: 'direction'; readonly desc: boolean; readonly alphabetical?: boolean }
  | { readonly op: 'distinct' }
  | { readonly op: 'relative'; readonly word: string }
  | { readonly op: 'and' | 'or' | 'comma' | 'both' | 'either' | 'neither' | 'except' | 'possessive' | 'all' }
  /** Highest or lowest of what follows; `of` says that a column or a count must follow. */
  | { readonly op: 'superlative'; readonly high: boolean }
  /** Most common: the largest group. */
  | { readonly op: 'common'; readonly high: boolean }
  | { readonly op: 'top'; readonly high: boolean }
  | { readonly op: 'like'; readonly how: 'contains' | 'starts' | 'ends' }
  | { readonly op: 'named' }
  | { readonly op: 'missing' }
  | { readonly op: 'preposition'; readonly word: string }
  | { readonly op: 'be' | 'have' | 'lead' | 'question' | 'orMore' | 'orLess' | 'period' }
  | { readonly op: 'everyUnit'; readonly unit: Unit };

const phrases = new Map<string, Op>();
function phrase(op: Op, text: string): void {
  for (const item of text.split('|')) {
    phrases.set(item.trim(), op);
    if ((op.op === 'superlative' || op.op === 'aggregate' || op.op === 'common') && !item.trim().startsWith('the ')) phrases.set(`the ${item.trim()}`, op);
  }
}

phrase({ op: 'count' }, 'how many|number of|numbers of|the number of|total number of|the total number of|count of|count the number of|count|count the|find the number of|how many total|total count of|count how many|what number of|quantity of|how often|the number|number|total count');
phrase({ op: 'aggregate', name: 'avg' }, 'average|mean|avg|on average|the average|average of|an average of|the average of');
phrase({ op: 'aggregate', name: 'sum' }, 'total|sum of|sum|total amount of|combined|the total|the sum of|total of');
phrase({ op: 'aggregate', name: 'max' }, 'maximum|max|the maximum');
phrase({ op: 'aggregate', name: 'min' }, 'minimum|min|the minimum|smallest possible');
phrase({ op: 'compare', is: '>' }, 'more than|greater than|larger than|bigger than|higher than|over|above|exceeding|exceeds|exceed|exceeded|more|strictly more than|is above|bigger|greater|higher|larger|not less than or equal to|in excess of');
phrase({ op: 'compare', is: '<' }, 'less than|fewer than|lower than|smaller than|below|under|less|fewer|lower|smaller|strictly less than');
phrase({ op: 'compare', is: '>=' }, 'at least|no less than|no fewer than|not less than|not fewer than|greater than or equal to|more than or equal to|a minimum of|minimum of|not below|larger than or equal to|higher than or equal to|bigger than or equal to');
phrase({ op: 'compare', is: '<=' }, 'at most|no more than|not more than|up to|less than or equal to|no greater than|a maximum of|maximum of|not above|smaller than or equal to|lower than or equal to|fewer than or equal to');
phrase({ op: 'compare', is: '=' }, 'equal to|equals|equal|exactly|the same as|same as');
phrase({ op: 'compare', is: '<>' }, 'not equal to|different from|other than|is not equal to|does not equal|not the same as');
phrase({ op: 'between' }, 'between|ranging from|in the range of|in the range from|ranges from|in range');
phrase({ op: 'orMore' }, 'or more|or after|or above|or higher|or over|and above|or greater|or later|or older|and up');
phrase({ op: 'orLess' }, 'or less|or before|or below|or lower|or under|or fewer|and below|or earlier|or younger');
phrase({ op: 'not' }, 'not|never|not have any|neither|nor|cannot|not been|not yet|no longer');
phrase({ op: 'without' }, "without|without any|not have any|not have|have no|has no|having no|with no|had no|not had any|not having any|no|not contain any|lack|lacks|lacking|missing any|never had any|never had|not got any|did not have any|not had|not having");
phrase({ op: 'each' }, 'for each|per|for every|in each|of each|by each|each|every|for all different|for each of the|for each of|at each|on each|across each|with each|within each|from each|for different|across different|for each different|in different|to each|grouped by|group by|broken down by|break down by|split by|by each|under each|for the different|for all the different');
phrase({ op: 'sort' }, 'sorted by|sort by|ordered by|order by|ordered by the|in order of|arranged by|arrange by|in the order of|rank by|ranked by|sorted in|ordered in|sorted|ordered|listed by|listed in|sorted according to|ordered according to|sort them by|order them by|sort the results by|order the results by|sort results by|order results by|sort the list by|sorted alphabetically by|ordered alphabetically by|in order by|arranged in|sort in|order in|sort the result by|order the result by|listed alphabetically by|sort them in|order them in|sort the results in|in the order');
phrase({ op: 'direction', desc: true }, 'descending|in descending|by descending|in decreasing|by decreasing|from big to small|from the highest|descending order|in descending order|in descending order of|in descending order by|descending order of|from highest to lowest|from high to low|from most to least|decreasing|in decreasing order|in decreasing order of|desc|from largest to smallest|highest first|highest to lowest|largest first|from oldest to youngest|from most to fewest|from greatest to least|from the highest to the lowest|from the oldest to the youngest|in desc order|in the descending order of|in a descending order of|in a descending order|in the descending order|from the largest to the smallest|from newest to oldest|newest first|most recent first|in reverse order of|in descending alphabetical order|in reverse alphabetical order|in descending lexicographical order|in reverse lexicographical order|from most recent to oldest|descendingly|from the most to the least|from latest to earliest|in reverse order|from large to small|descending order by|from more to less|from the most to the fewest');
phrase({ op: 'direction', desc: false }, 'ascending|in ascending|by ascending|in increasing|by increasing|from the lowest|ascending order|in ascending order|in ascending order of|in ascending order by|ascending order of|from lowest to highest|from low to high|from least to most|increasing|in increasing order|in increasing order of|asc|from smallest to largest|lowest first|lowest to highest|smallest first|from youngest to oldest|from the lowest to the highest|from the youngest to the oldest|in asc order|in the ascending order of|in an ascending order of|in ascending order according to|from oldest to newest|oldest first|from oldest to most recent|from fewest to most|in the ascending order|in an ascending order|from the smallest to the largest|chronologically|in chronological order|from earliest to latest|ascendingly|from small to large|ascending order by|from the least to the most');
phrase({ op: 'direction', desc: false, alphabetical: true }, 'alphabetically|in alphabetical order|in alphabetic order|alphabetical order|in alphabetical order of|in ascending alphabetical order|by alphabetical order|in the alphabetical order of|in alphabetical order by|in lexicographical order|in lexicographic order|in ascending lexicographical order|in ascending alphabetical order of|in the alphabetical order|alphabetical|in lexicographical order of|lexicographically|in alphabetic order of|in lexicographic order of|in alphabetical ascending order|alphabetical order of');
phrase({ op: 'direction', desc: true, alphabetical: true }, 'in descending alphabetical order|in reverse alphabetical order|in descending lexicographical order|in descending alphabetical order of|in reverse alphabetical order of|in reverse lexicographical order|in descending alphabetic order|descending alphabetical order');
phrase({ op: 'distinct' }, 'distinct|different|unique|distinctive|without repetition|without duplicates|without repeats|no duplicates|dissimilar|various');
for (const word of ['that', 'who', 'which', 'whose', 'where', 'whom', 'when']) phrase({ op: 'relative', word }, word);
phrase({ op: 'and' }, 'and|as well as|along with|together with|and also|and the|plus|and their|and its|but|but also|and then|also|, and|, as well as|& ');
phrase({ op: 'or' }, 'or|, or');
phrase({ op: 'comma' }, ',|;');
phrase({ op: 'both' }, 'both');
phrase({ op: 'either' }, 'either');
phrase({ op: 'neither' }, 'neither');
phrase({ op: 'except' }, 'but not|except|except for|excluding|and not|but do not|but have not|but are not|but is not|but has not|but does not|but did not|but never|apart from|but had not|but no|but without');
phrase({ op: 'possessive' }, "'s");
phrase({ op: 'all' }, 'all|all the|all of the|any|kinds of|kind of|sorts of|sort of|in total|altogether|overall|in all');
phrase({ op: 'superlative', high: true }, 'highest|largest|biggest|greatest|most|the most|the highest|the largest|the greatest|the biggest|maximal|top-most|the maximum|the maximum number of|largest number of|the most number of|the largest amount of|the highest number of|the greatest number of|the most amount of|highest amount of|most number of|greatest number of|highest number of|maximum number of|most amount of|the largest number of|a maximum number of|the biggest number of|largest total number of|the highest total');
phrase({ op: 'superlative', high: false }, 'lowest|smallest|least|fewest|the least|the fewest|the lowest|the smallest|minimal|the minimum|the minimum number of|smallest number of|least number of|the least number of|the smallest number of|the fewest number of|lowest number of|the lowest number of|minimum number of|fewest number of|the smallest amount of|the least amount of|smallest amount of');
phrase({ op: 'common', high: true }, 'most common|most frequent|most popular|most frequently|most often|most commonly|the most common|the most frequent|the most frequently|the most popular|the most often|most commonly used|most frequently used|most widely used|most used|the most frequently used|the most commonly used|most prevalent|most prominent|the most widely used|the most used|the most prominent|the most prevalent');
phrase({ op: 'common', high: false }, 'least common|least frequent|least popular|least frequently|rarest|the least common|the least frequent|the least popular|least used|the least used|least commonly used|the least frequently|least often|the rarest|the least often');
phrase({ op: 'top' , high: true }, 'top|the top|first|the first');
phrase({ op: 'top' , high: false }, 'bottom|the bottom');
phrase({ op: 'like', how: 'contains' }, 'had the substring|has substring|have substring|having the substring|has letter|have letter|with letter|with the substring|with substring|had the letter|had the word|contained|contain|contains|containing|include the word|includes the word|has the word|have the word|contain the word|contains the word|containing the word|with the word|has the substring|have the substring|contain the substring|contains the substring|containing the substring|has the letter|contain the letter|contains the letter|containing the letter|with the letter|have the letter|including the word|includes the substring|includes the letter|include the letter|include the substring|includes|including the letter|contain the phrase|contains the phrase|containing the phrase|contain the string|contains the string|contain letter|contains letter|has the string|contain substring|contains substring|include the string|includes the string|contain word|contain the text|contains the text|like');
phrase({ op: 'like', how: 'starts' }, 'start with|starts with|starting with|begin with|begins with|beginning with|start with the letter|starts with the letter|starting with the letter|begin with the letter|begins with the letter|beginning with the letter|starting with letter|with prefix|has prefix|have prefix|has the prefix|starts with letter|prefixed with|start with letter|with the prefix|started with|whose first letter is|start by|starts by|starting from the letter|start from the letter');
phrase({ op: 'like', how: 'ends' }, 'end with|ends with|ending with|ending in|ends in|end in|end with the letter|ends with the letter|ending with the letter|with suffix|with the suffix');
phrase({ op: 'named' }, 'named|called|titled|entitled|with the name|with name|by the name of|whose name is|with the title|with title|known as|by the name|name is|under the name of|that is named|that is called|which is called|under the name|labeled|labelled|nicknamed|denoted by');
phrase({ op: 'missing' }, 'null|missing|unknown|unspecified|blank|not known|not specified|not recorded|not available|undefined');
for (const word of ['of', 'in', 'on', 'at', 'to', 'for', 'from', 'by', 'with', 'into', 'about', 'through', 'among', 'within', 'during', 'as', 'after', 'before', 'since', 'until', 'via', 'onto', 'inside', 'around', 'across', 'using', 'having', 'under', 'along', 'associated with', 'out of', 'belonging to', 'corresponding to', 'related to', 'than', 'according to', 'earlier than', 'later than', 'prior to', 'no later than', 'no earlier than']) phrase({ op: 'preposition', word }, word);
phrase({ op: 'be' }, 'is|are|was|were|be|been|being|am');
phrase({ op: 'have' }, 'have|has|had|there is|there are');
phrase({ op: 'lead' }, 'show|show me|list|list out|find|find out|give|give me|return|tell|tell me|get|display|print|report|let me know|please|can you|could you|provide|identify|select|compute|calculate|determine|retrieve|fetch|i want to know|i want|i would like|i would like to know|i need|describe|see|please show|please list|please give me|please find|please show me|what about|do you have|present|do we have|do they have|look up|search for|what is|what are|what was|what were|show us|give us|tell us|i would like to see|i want to see');
phrase({ op: 'question' }, 'what|who|whom|how|why|when');
phrase({ op: 'period' }, '.|?|!|:');
phrase({ op: 'everyUnit', unit: 'day' }, 'per day|by day|daily|each day|every day|for each day');
phrase({ op: 'everyUnit', unit: 'week' }, 'per week|by week|weekly|each week|every week|for each week|week by week');
phrase({ op: 'everyUnit', unit: 'month' }, 'per month|by month|monthly|each month|every month|for each month|month by month|over the months');
phrase({ op: 'everyUnit', unit: 'year' }, 'by year|yearly|annually|year by year|per year|each year|every year|for each year|over the years');
phrase({ op: 'everyUnit', unit: 'hour' }, 'per hour|by hour|hourly|each hour|every hour|for each hour|hour by hour');
phrase({ op: 'everyUnit', unit: 'quarter' }, 'per quarter|by quarter|quarterly|each quarter|for each quarter');
phrase({ op: 'everyUnit', unit: 'minute' }, 'per minute|by minute|each minute');

const longest = Math.max(...[...phrases.keys()].map((p) => p.split(' ').length));

/** The longest phrase that starts at a word. */
export function phraseAt(words: readonly string[], at: number): { op: Op; length: number } | undefined {
  for (let length = Math.min(longest, words.length - at); length > 0; length--) {
    const op = phrases.get(words.slice(at, at + length).join(' '));
    if (op !== undefined) return { op, length };
  }
  return undefined;
}
