/** General English: abbreviations in names, synonyms, dimension adjectives. No word here belongs to one estate. */

export const abbreviations: ReadonlyMap<string, string> = new Map(
  Object.entries({
    fname: 'first name', lname: 'last name', firstname: 'first name', lastname: 'last name', surname: 'last name', dob: 'date of birth', birthdate: 'birth date', qty: 'quantity', num: 'number', no: 'number',
    nbr: 'number', cnt: 'count', amt: 'amount', desc: 'description', descr: 'description', dept: 'department', dst: 'destination', dest: 'destination', src: 'source', addr: 'address',
    tel: 'telephone', emp: 'employee', cust: 'customer', prod: 'product', cat: 'category', mgr: 'manager', pct: 'percent', avg: 'average', max: 'maximum', min: 'minimum',
    temp: 'temperature', ts: 'timestamp', usr: 'user', acct: 'account', yr: 'year', stu: 'student', prof: 'professor', attr: 'attribute', cond: 'condition', info: 'information', org: 'organization', loc: 'location',
    msg: 'message', txn: 'transaction', trans: 'transaction', inv: 'invoice', pos: 'position', ref: 'reference', organisation: 'organization', organisations: 'organization', centre: 'center', colour: 'color', lat: 'latitude', lng: 'longitude', lon: 'longitude', long: 'longitude', username: 'user name', zipcode: 'zip code', mins: 'minutes', secs: 'seconds', hrs: 'hours', wt: 'weight', ht: 'height', lang: 'language', univ: 'university', govt: 'government', mfr: 'manufacturer', bday: 'birthday', uid: 'user id', pid: 'p id', apt: 'apartment',
  }),
);

/** Groups of words that may stand for each other in a question, as lemmas. */
const groups = [
  'customer client buyer shopper', 'employee staff worker personnel', 'price cost fee', 'pay salary wage earnings income', 'phone telephone mobile', 'gender sex',
  'nation country nationality', 'city town', 'street road', 'store shop', 'firm company business enterprise', 'car vehicle automobile', 'film movie', 'song track', 'picture photo image photograph',
  'teacher instructor lecturer professor faculty', 'student pupil', 'doctor physician', 'boss manager supervisor', 'job occupation profession', 'author writer', 'paper article publication', 'quantity number count amount',
  'total sum', 'begin start', 'end finish', 'birthday birth', 'hometown home', 'place location venue', 'type kind category', 'class course', 'grade score mark', 'address location', 'zip postal postcode',
  'purchase order buy', 'booking reservation stay', 'product item good', 'email mail e-mail', 'state status condition', 'size capacity', 'launch release', 'publisher publication', 'supplier vendor', 'attendance audience attendee', 'date day', 'language tongue', 'average mean', 'description detail information',
  'title name', 'id identifier', 'rank ranking', 'member membership', 'flight trip', 'revenue sale turnover', 'earn salary', 'delivery shipment shipping', 'error failure fault', 'ship vessel boat', 'population inhabitant resident', 'surname last', 'competition contest tournament', 'patient case', 'book publication', 'visitor guest', 'duration length', 'tourist visitor', 'debt loan', 'destination arrival', 'origin source departure', 'major subject', 'dorm dormitory', 'amenity facility', 'building facility', 'altitude elevation', 'nickname nick', 'region area zone', 'hire employ', 'reside live', 'founder creator', 'pilot aviator', 'theme topic', 'actor performer cast', 'singer artist musician', 'player athlete', 'team club side', 'weigh weight', 'birth born', 'drive driver', 'fly pilot', 'colour color', 'age old', 'plane aircraft airplane',
].map((g) => g.split(' '));

const table = new Map<string, Set<string>>();
for (const group of groups) {
  for (const word of group) {
    const set = table.get(word) ?? new Set<string>();
    for (const other of group) if (other !== word) set.add(other);
    table.set(word, set);
  }
}

export function synonyms(lemma: string): ReadonlySet<string> {
  return table.get(lemma) ?? empty;
}
const empty: ReadonlySet<string> = new Set();

/** Adjectives of degree: which columns they may measure, and whether the superlative is the high end. */
export interface Dimension {
  readonly concepts: readonly string[];
  readonly high: boolean;
}

const dimensions = new Map<string, Dimension>();
function dimension(concepts: string, high: string, low: string): void {
  for (const word of high.split(' ')) if (word !== '') dimensions.set(word, { concepts: concepts.split(' '), high: true });
  for (const word of low.split(' ')) if (word !== '') dimensions.set(word, { concepts: concepts.split(' '), high: false });
}
dimension('age', 'old older oldest', 'young younger youngest');
dimension('height elevation altitude', 'tall taller tallest', '');
dimension('length duration runtime distance day hour minute', 'long longer longest', 'short shorter shortest');
dimension('weight', 'heavy heavier heaviest', 'light lighter lightest');
dimension('speed velocity', 'fast faster fastest quick quicker quickest', 'slow slower slowest');
dimension('price cost fee rate fare tariff amount', 'expensive pricey pricy costly dear', 'cheap cheaper cheapest');
dimension('date time timestamp year', 'recent recently latest newest new newer late later last', 'earliest early earlier first');
dimension('width', 'wide wider widest', 'narrow narrower narrowest');
dimension('depth', 'deep deeper deepest', 'shallow shallower shallowest');
dimension('salary income balance wealth', 'rich richer richest', 'poor poorer poorest');
dimension('size area capacity population', 'large larger largest big bigger biggest', 'small smaller smallest');
dimension('rating score grade', 'good better best', 'bad worse worst');
dimension('population', 'populous populated crowded', '');

export function dimensionOf(word: string): Dimension | undefined {
  return dimensions.get(word);
}

/** Words that carry no meaning of their own in a question. */
export const light = new Set(
  ('the a an of in on at to for from by with and or is are was were be been being do does did have has had having that which who whom whose what where when how there their its his her our your my me us i we you it they them this these those ' +
    'please show list give find return tell get display select print report let can could would should will all any some each every both also as than then so if into onto about between among along along-with together corresponding correspond respective respectively ' +
    'want like know see need want output provide name describe identify compute calculate count look up out retrieve fetch state made using used use can could must may might shall ' +
    'exist exists existing available total different distinct unique not no only just exactly currently ever very well quite one ones thing same other another many much more most less least few fewer number ' +
    'record records entry entries row rows data database table information info detail details list lists result results question answer value values certain given particular specific associated related belonging belong belongs involve involved include including included contain contains consist happen take place located present').split(' '),
);
