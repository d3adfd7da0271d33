/** English nouns that tables and columns are named by and whose singular no rule of spelling gives. */

const plurals: Readonly<Record<string, string>> = {
  airman: 'airmen', alumnus: 'alumni', analysis: 'analyses', antenna: 'antennae', appendix: 'appendices', axis: 'axes', bacterium: 'bacteria', businessman: 'businessmen',
  businessperson: 'businesspeople', cache: 'caches', calf: 'calves', calorie: 'calories', cargo: 'cargoes', chairman: 'chairmen', child: 'children', cookie: 'cookies',
  corpus: 'corpora', craftsman: 'craftsmen', crisis: 'crises', criterion: 'criteria', curriculum: 'curricula', diagnosis: 'diagnoses', die: 'dice', doorman: 'doormen',
  fireman: 'firemen', fisherman: 'fishermen', focus: 'foci', foot: 'feet', foreman: 'foremen', formula: 'formulae', goose: 'geese', grandchild: 'grandchildren', half: 'halves',
  handyman: 'handymen', hero: 'heroes', housewife: 'housewives', hypothesis: 'hypotheses', index: 'indices', knife: 'knives', leaf: 'leaves', life: 'lives', loaf: 'loaves',
  man: 'men', matrix: 'matrices', memorandum: 'memoranda', midwife: 'midwives', mouse: 'mice', movie: 'movies', nobleman: 'noblemen', nucleus: 'nuclei', ox: 'oxen', person: 'people',
  phenomenon: 'phenomena', pie: 'pies', policeman: 'policemen', postman: 'postmen', potato: 'potatoes', quiz: 'quizzes', radius: 'radii', repairman: 'repairmen', salesman: 'salesmen',
  salesperson: 'salespeople', schema: 'schemata', seaman: 'seamen', shelf: 'shelves', stimulus: 'stimuli', stuntman: 'stuntmen', synthesis: 'syntheses', thesis: 'theses',
  thief: 'thieves', tie: 'ties', tomato: 'tomatoes', tooth: 'teeth', tradesman: 'tradesmen', vertex: 'vertices', watchman: 'watchmen', wife: 'wives', wolf: 'wolves', woman: 'women',
  workman: 'workmen', zombie: 'zombies',
};

/** Singulars that end like plurals, with the plural that they have, if any. */
const unlike: Readonly<Record<string, string | undefined>> = { alias: 'aliases', atlas: 'atlases', bias: 'biases', canvas: 'canvases', chaos: undefined, gas: 'gases', lens: 'lenses', news: undefined, series: undefined, species: undefined };

/** Plural to singular; a singular that looks like a plural is there as itself. */
export const irregularNouns: ReadonlyMap<string, string> = new Map([
  ...Object.entries(plurals).map(([one, many]) => [many, one] as const),
  ...Object.entries(unlike).flatMap(([one, many]) => [[one, one] as const, ...(many === undefined ? [] : [[many, one] as const])]),
]);
