import type { AuditedRelation, AuditOptions, IdSource } from './audited-relation.ts';
import { BothSides } from './both-sides.ts';
import { comparedFields } from './compared-fields.ts';
import { ExactSum } from './exact-sum.ts';

/** The exact sum of one field on both sides, as decimals. */
export interface FieldTotal {
  readonly relation: string;
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

/**
 * Sums fields of one target relation exactly: what the source and the mapping say, against what the target holds. Each side is
 * read once, these fields and the key alone; the source once more where records are in quarantine, which count on neither side:
 * the key of such a one may be that of another record, which does count.
 *
 * @returns null where there is no sum: a record of the target cannot be read, or a field is not the mapping's to fill
 */
export async function sumFields(
  audited: AuditedRelation,
  ids: IdSource,
  fields: readonly string[],
  options: AuditOptions = {},
): Promise<readonly FieldTotal[] | null> {
  const { relation, key } = audited;
  const wanted = new Set([...fields, ...key, ...relation.identity]);
  const narrow = { ...relation, fields: relation.fields.filter(({ name }) => wanted.has(name)) };
  const compared = comparedFields({ ...audited, relation: narrow });
  const both = new BothSides({ ...audited, relation: narrow }, compared, ids, options);
  const places = fields.map((field) => compared.fields.findIndex(({ name }) => name === field));
  if (places.some((place) => place < 0)) return null;
  const sums = places.map((place) => ({ place, expected: new ExactSum(), actual: new ExactSum() }));
  const excused = new Set<string>();
  const every = (): boolean => true;
  await both.readExpectedSide('digest', every, (name, row, isExcused) => {
    if (isExcused) excused.add(name);
    else for (const { place, expected } of sums) addTo(expected, row[place]);
  });
  const mayBeThere = excused.size > 0 ? await expectedAmong(both, excused) : excused;
  let unreadable = 0;
  await both.readActualSide(
    'digest',
    (name) => !excused.has(name) || mayBeThere.has(name),
    (_name, row) => {
      for (const { place, actual } of sums) addTo(actual, row[place]);
    },
    () => {
      unreadable += 1;
    },
  );
  if (unreadable > 0) return null;
  return sums.map(({ expected, actual }, at) => ({
    relation: relation.name,
    field: fields[at] ?? '',
    expected: expected.text,
    actual: actual.text,
  }));
}

/** Keys of records in quarantine under which another record is expected. */
async function expectedAmong(both: BothSides, excused: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  await both.readExpectedSide(
    'digest',
    (name) => excused.has(name),
    (name, _row, isExcused) => {
      if (!isExcused) found.add(name);
    },
  );
  return found;
}

function addTo(sum: ExactSum, value: unknown): void {
  if (typeof value === 'string') sum.add(value);
}

/** How far two sums are apart, a decimal without a sign; null where one of them is not finite and they differ. */
export function apart({ expected, actual }: Pick<FieldTotal, 'expected' | 'actual'>): string | null {
  if (expected === actual) return '0';
  if (expected.includes(' ') || actual.includes(' ')) return null;
  const difference = new ExactSum();
  difference.add(expected);
  difference.subtract(actual);
  return difference.text.replace('-', '');
}
