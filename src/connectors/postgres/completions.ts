import type { Completion, ForeignKey, Key, Relation } from '../../model/index.ts';
import { constraintName, coveredBy, deferral, isIndexed, keyFields, uniqueOf } from './create-table.ts';
import { quoteName, quoteNames } from './sql.ts';

/** Says of a key, an index or a foreign key that it is made later. */
export type Waits = (relation: string, name: string) => boolean;

/**
 * What makes relations whole once their records are there. A key's index is built as any other and then attached; a foreign
 * key is first held for new records, which takes a moment, and then against those that are there. Both spare the relation
 * a long lock. The server does neither for a partitioned table: there each comes in one statement.
 */
export function completionsOf(wanted: readonly Relation[], waits: Waits): readonly Completion[] {
  return wanted.flatMap((relation) => [
    ...indexesOf(relation, waits),
    ...keysOf(relation, waits),
    ...relation.foreignKeys
      .filter(({ name }) => waits(relation.name, name))
      .flatMap((key) => referencesOf(relation, key)),
  ]);
}

function indexesOf(relation: Relation, waits: Waits): Completion[] {
  const constraints = new Set(constrained(relation).map(({ key }) => key.name));
  return relation.indexes
    .filter(({ name }) => !constraints.has(name) && waits(relation.name, name))
    .map(({ name, definition }) => completion('build', relation.name, name, wholeIndex(definition)));
}

function keysOf(relation: Relation, waits: Waits): Completion[] {
  return constrained(relation)
    .filter(({ key }) => waits(relation.name, key.name))
    .flatMap(({ key, what }) => {
      const alter = `ALTER TABLE ${quoteName(relation.name)} ADD CONSTRAINT ${quoteName(key.name)}`;
      const deferrable = deferral(key);
      // Nobody but the server makes the index of a key over spans.
      if (relation.kind === 'partitioned-table' || key.withoutOverlaps) {
        const fields = `${keyFields(key)}${coveredBy(relation, key)}`;
        return [
          completion('attach', relation.name, key.name, `${alter} ${what.whole} ${fields}${deferrable}`),
        ];
      }
      const attach = `${alter} ${what.over} USING INDEX ${quoteName(key.name)}${deferrable}`;
      return [
        completion('build', relation.name, key.name, indexOf(relation, key)),
        completion('attach', relation.name, key.name, attach),
      ];
    });
}

interface Constrained {
  readonly key: Key;
  readonly what: { readonly whole: string; readonly over: string };
}

function constrained(relation: Relation): readonly Constrained[] {
  const { primaryKey, uniques } = relation;
  const primary = { whole: 'PRIMARY KEY', over: 'PRIMARY KEY' };
  return [
    ...(primaryKey ? [{ key: primaryKey, what: primary }] : []),
    ...uniques
      .filter((key) => !isIndexed(relation, key))
      .map((key) => ({ key, what: { whole: uniqueOf(relation, key), over: 'UNIQUE' } })),
  ];
}

/** In the system's own words where they are known, else by the fields of the key. */
function indexOf(relation: Relation, key: Key): string {
  const known = relation.indexes.find(({ name }) => name === key.name);
  if (known) return known.definition;
  return `CREATE UNIQUE INDEX ${quoteName(key.name)} ON ${quoteName(relation.name)} (${quoteNames(key.fields)})`;
}

/** The server spells the index of a partitioned table without those of its parts. */
export function wholeIndex(definition: string): string {
  return definition.replace(/^(CREATE (?:UNIQUE )?INDEX (?:"(?:[^"]|"")*"|[^"\s]+) ON) ONLY /, '$1 ');
}

function referencesOf(relation: Relation, key: ForeignKey): Completion[] {
  if (relation.kind === 'partitioned-table')
    return referenceStatements(relation.name, key).map(({ keeper, statement }) => ({
      ...completion('reference', keeper.relation, keeper.name, statement),
      references: key.references.relation,
    }));
  const [first] = referenceStatements(relation.name, key);
  if (first === undefined) return [];
  const validate = `ALTER TABLE ${quoteName(relation.name)} VALIDATE CONSTRAINT ${quoteName(key.name)}`;
  return [
    {
      ...completion('reference', relation.name, key.name, `${first.statement} NOT VALID`),
      references: key.references.relation,
    },
    {
      ...completion('validate', relation.name, key.name, validate),
      references: key.references.relation,
    },
  ];
}

/** One statement for each table that keeps the reference. */
export function referenceStatements(
  relation: string,
  key: ForeignKey,
): readonly {
  readonly keeper: { readonly relation: string; readonly name: string };
  readonly statement: string;
}[] {
  return (key.parts?.keptBy ?? [{ relation, name: key.name }]).map((keeper) => ({
    keeper,
    statement: `ALTER TABLE ${quoteName(keeper.relation)} ADD ${constraintName(keeper.name)}${referenceText(key)}`,
  }));
}

function referenceText(key: ForeignKey): string {
  const { relation, fields } = key.references;
  const actions = `ON DELETE ${key.onDelete}${key.clears ? ` (${quoteNames(key.clears)})` : ''} ON UPDATE ${key.onUpdate}`;
  const match = key.matchFull ? ' MATCH FULL' : '';
  return `FOREIGN KEY ${spanned(key.fields, key)} REFERENCES ${quoteName(relation)} ${spanned(fields, key)}${match} ${actions}${deferral(key)}${held(key)}`;
}

function spanned(fields: readonly string[], { period }: ForeignKey): string {
  if (!period) return `(${quoteNames(fields)})`;
  return `(${[...fields.slice(0, -1).map(quoteName), `PERIOD ${quoteName(fields.at(-1) ?? '')}`].join(', ')})`;
}

/** One that the source never held against its old records says so here too; new ones it holds. */
function held({ unenforced, unproven }: ForeignKey): string {
  if (unenforced) return ' NOT ENFORCED';
  return unproven ? ' NOT VALID' : '';
}

function completion(
  stage: Completion['stage'],
  relation: string,
  name: string,
  statement: string,
): Completion {
  return { stage, relation, name, references: null, statement };
}
