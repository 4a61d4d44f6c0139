import { editDistance, wordsOfName } from '../model/index.ts';

/** 1 for the same words with the same numbers; else the better of shared words and of edit distance. */
export function nameSimilarity(a: string, b: string): number {
  if (a === b) return 1;
  const wordsA = wordsOfName(a).map(singular);
  const wordsB = wordsOfName(b).map(singular);
  // Signs and numbers alone (`?`, `2`) have no words in common.
  if (wordsA.length === 0 || wordsB.length === 0) return 0;
  // `line1` is most probably not `line2`: likely enough to ask, never to be taken as it is.
  if (wordsA.join(' ') === wordsB.join(' ')) return numbersOf(a) === numbersOf(b) ? 1 : 0.8;
  const left = wordsA.map(unabbreviated);
  const right = wordsB.map(unabbreviated);
  const shared = left.filter((word) => right.includes(word)).length;
  // Sharing only a filler (`id`, `name`) says little; the longer name decides how much the shared words are worth.
  const weight = left.filter((word) => right.includes(word) && !fillers.has(word)).length > 0 ? 0.95 : 0.5;
  const words = (weight * 2 * shared) / Math.max(1, left.length + right.length);
  const joinedA = left.join('');
  const joinedB = right.join('');
  const letters = 1 - editDistance(joinedA, joinedB) / Math.max(1, joinedA.length, joinedB.length);
  return Math.round(100 * Math.max(words, letters >= 0.75 ? letters * 0.95 : 0)) / 100;
}

function numbersOf(name: string): string {
  return (name.match(/\d+/g) ?? []).join(' ');
}

const fillers: ReadonlySet<string> = new Set([
  'id',
  'name',
  'code',
  'type',
  'date',
  'number',
  'value',
  'at',
  'key',
  'text',
]);

const abbreviations: ReadonlyMap<string, string> = new Map(
  Object.entries({
    no: 'number',
    nr: 'number',
    num: 'number',
    qty: 'quantity',
    amt: 'amount',
    addr: 'address',
    tel: 'phone',
    telephone: 'phone',
    mail: 'email',
    desc: 'description',
    dt: 'date',
    dob: 'birthdate',
    birthday: 'birthdate',
    zip: 'postcode',
    zipcode: 'postcode',
    postal: 'postcode',
    org: 'organization',
    organisation: 'organization',
    company: 'organization',
    firm: 'organization',
    cust: 'customer',
    client: 'customer',
    acct: 'account',
    ref: 'reference',
    surname: 'lastname',
    fname: 'firstname',
    lname: 'lastname',
    created: 'create',
    creation: 'create',
    updated: 'update',
    modified: 'update',
    title: 'name',
    status: 'state',
    cd: 'code',
    msg: 'message',
    pct: 'percent',
    img: 'image',
    pic: 'image',
    photo: 'image',
  }),
);

function unabbreviated(word: string): string {
  return abbreviations.get(word) ?? word;
}

function singular(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.length > 4 && /(?:ses|xes|ches|shes)$/.test(word)) return word.slice(0, -2);
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') && !word.endsWith('us')
    ? word.slice(0, -1)
    : word;
}
