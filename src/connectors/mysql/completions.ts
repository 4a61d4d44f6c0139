import type { Completion, ForeignKey, Relation } from '../../model/index.ts';
import { readCreateText } from './create-text.ts';
import { quoteName, quoteNames } from './sql.ts';

/** Says of a key, an index or a foreign key that it is made later. */
export type Waits = (relation: string, name: string) => boolean;

/** A key or index as it stands in a CREATE TABLE. */
export interface KeyItem {
  readonly name: string;
  readonly item: string;
}

/** The keys and indexes of a CREATE TABLE besides the primary one, in the order of the text. */
export function keyItems(items: readonly string[]): readonly KeyItem[] {
  return items.flatMap((item) => {
    const name = /^(?:UNIQUE |FULLTEXT |SPATIAL |VECTOR )?KEY `((?:[^`]|``)*)` /.exec(item)?.[1];
    return name === undefined ? [] : [{ name: name.replaceAll('``', '`'), item }];
  });
}

/**
 * Whether the records can come before the index. Not where they are numbered by it, where the server keeps it as digests in a
 * field of its own, and where the table keeps its past, because then nothing about it can be changed.
 */
export function canWait(
  { item }: KeyItem,
  { items, tail }: Pick<ReturnType<typeof readCreateText>, 'items' | 'tail'>,
): boolean {
  if (/ USING HASH\b/.test(item) || /WITH SYSTEM VERSIONING/.test(tail)) return false;
  const numbered = items.map((one) => /^(`(?:[^`]|``)*`) .* AUTO_INCREMENT\b/s.exec(one)?.[1]).find(Boolean);
  return numbered === undefined || !item.includes(` (${numbered}`);
}

/**
 * The indexes of a relation in one statement: they are built in one pass over its records, and a second statement would have to
 * wait for the first. Those over words and places take a statement each, as the server has it.
 */
export function indexCompletions(relation: string, waiting: readonly KeyItem[]): readonly Completion[] {
  const alone = waiting.filter(({ item }) => /^(?:FULLTEXT|SPATIAL|VECTOR) /.test(item));
  const together = waiting.filter((one) => !alone.includes(one));
  return [together, ...alone.map((one) => [one])].flatMap((all) => {
    const [first, ...others] = all;
    if (first === undefined) return [];
    const added = all.map(({ item }) => `ADD ${item}`).join(', ');
    return [
      {
        stage: 'build' as const,
        relation,
        name: first.name,
        ...(others.length === 0 ? {} : { others: others.map(({ name }) => name) }),
        references: null,
        statement: `ALTER TABLE ${quoteName(relation)} ${added}`,
      },
    ];
  });
}

/** The statement that adds a foreign key, and the query that counts the records which point nowhere. */
export function referenceCompletions(
  { name: relation }: Relation,
  key: ForeignKey,
  name: string,
  statement: string,
): readonly Completion[] {
  const one = { relation, name, references: key.references.relation };
  return [
    { ...one, stage: 'reference', statement },
    { ...one, stage: 'validate', statement: `SELECT count(*) FROM ${dangling(relation, key)}` },
  ];
}

/** The records of a relation that point nowhere by a foreign key; what stands behind FROM. */
function dangling(relation: string, { fields, references }: ForeignKey): string {
  const own = fields.map((field) => `c.${quoteNames([field])}`);
  const theirs = references.fields.map((field) => `p.${quoteNames([field])}`);
  const pairs = own.map((field, at) => `${field} = ${theirs[at]}`).join(' AND ');
  const filled = own.map((field) => `${field} IS NOT NULL`).join(' AND ');
  return `${quoteName(relation)} AS c WHERE ${filled} AND NOT EXISTS (SELECT 1 FROM ${quoteName(references.relation)} AS p WHERE ${pairs})`;
}
