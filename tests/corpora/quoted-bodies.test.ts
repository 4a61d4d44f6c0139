import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** Each body and code that the facts about a vendor quote is a golden vector of its practice system, or is declared not to be one. */
const root = resolve(import.meta.dirname, '../..');
const facts = 'design/saas.md';
const found = [resolve(root, '../shared'), resolve(root, '../../shared')]
  .map((place) => join(place, facts))
  .find((place) => existsSync(place));
if (found === undefined) process.stdout.write(`skipped: ${facts} not found in ../shared\n`);

const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Codes of refusals, texts of refusals in quotes, and statuses that are no everyday ones. */
function quotedIn(section: string): readonly string[] {
  const codes = section.match(/\b[A-Z]{2,}(?:_[A-Z]+)+\b|\bINVALIDENTITY\b/g) ?? [];
  const messages = [...section.matchAll(/"message":"([^"\\]+)"/g)].map(([, message = '']) => message);
  const statuses = section.match(/\b(?:207|406|409|414|420|423|477|530)\b/g) ?? [];
  return [...new Set([...codes, ...messages, ...statuses])].sort();
}

interface Vendor {
  readonly heading: string;
  /** Of the practice system: vectors with where each body was seen, and other tests of what it answers. */
  readonly folder: string;
  readonly declared: string;
  /** As a vector has it, where the facts write a letter for a value. */
  readonly as: Readonly<Record<string, string>>;
  /** What is quoted and is answered by no practice system, with the reason. */
  readonly otherwise: Readonly<Record<string, string>>;
}

const importsAlone = 'of imports of files, which no practice system has';
const operator = 'an operator of searches';
const vendors: readonly Vendor[] = [
  {
    heading: '## 1.1 Salesforce',
    folder: 'src/practice/salesforce',
    declared: 'docs/reference/practice-salesforce.md',
    as: {
      'Race: bad value for restricted picklist field: X': 'Race: bad value for restricted picklist field: Z',
    },
    otherwise: { QUERY_TIMEOUT: 'a limit of time, quoted without a body: here no query takes ten minutes' },
  },
  {
    heading: '## 1.2 HubSpot',
    folder: 'src/practice/hubspot',
    declared: 'docs/reference/practice-hubspot.md',
    as: {
      'Contact already exists. Existing ID: 123': 'Contact already exists. Existing ID: ',
      'X was not one of the allowed options: [...]': 'Lead was not one of the allowed options: [',
    },
    otherwise: {
      AMBIGUOUS_ENUMERATION_OPTION: importsAlone,
      ASSOCIATION_LIMIT_EXCEEDED: importsAlone,
      COLUMN_TOO_LARGE: importsAlone,
      COULD_NOT_FIND_OWNER: importsAlone,
      DUPLICATE_UNIQUE_PROPERTY_VALUE: importsAlone,
      GDPR_BLACKLISTED_EMAIL: importsAlone,
      MULTIPLE_COMPANIES_WITH_THIS_DOMAIN: importsAlone,
      CONTAINS_TOKEN: operator,
      HAS_PROPERTY: operator,
      NOT_CONTAINS_TOKEN: operator,
      NOT_HAS_PROPERTY: operator,
      NOT_IN: operator,
    },
  },
];

const sectionOf = (text: string, heading: string): string => text.split(heading)[1]?.split('\n## ')[0] ?? '';

function testsIn(folder: string): string {
  return readdirSync(join(root, folder), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => textOf(join(folder, name)))
    .join('\n');
}

test.skipIf(found === undefined).each(vendors)(
  'every refusal quoted is answered so, or declared: $heading',
  (vendor) => {
    const { heading, folder, declared, as: other, otherwise } = vendor;
    const quoted = quotedIn(sectionOf(readFileSync(found ?? '', 'utf8'), heading));
    expect(quoted.length).toBeGreaterThan(20);
    const said = sectionOf(textOf(declared), 'What is not certain');
    const [golden, tested] = [textOf(`${folder}/golden-bodies.test.ts`), testsIn(folder)];
    const places = {
      golden: quoted.filter((one) => golden.includes(other[one] ?? one)),
      tested: quoted.filter((one) => tested.includes(other[one] ?? one)),
      declared: quoted.filter((one) => said.includes(one)),
      otherwise: Object.keys(otherwise),
    };
    const placed = new Set(Object.values(places).flat());
    expect(quoted.filter((one) => !placed.has(one))).toEqual([]);
    // What is excused is quoted, and has no vector.
    expect(places.otherwise.filter((one) => !quoted.includes(one) || places.golden.includes(one))).toEqual(
      [],
    );
    const counts = Object.entries(places).map(([place, { length }]) => `${place} ${length}`);
    process.stdout.write(`${heading}: ${quoted.length} quoted; ${counts.join(', ')}\n`);
  },
);
