import { findRelation, type Relation, type Schema, type SchemaObject } from '../../model/index.ts';
import type { CreationInParts } from '../port.ts';
import { completionsOf, referenceStatements, type Waits, wholeIndex } from './completions.ts';
import { functionsFor } from './create-functions.ts';
import { createTable, isIndexed, nameBytesMax } from './create-table.ts';
import { sequencesIn, typesAndFunctions, typesFor } from './create-types.ts';
import { createRemembered, dropRemembered } from './created-objects.ts';
import { postgresFault } from './faults.ts';
import { commentsOn, counterComments, hungCompletions, hungObjects, partsOf } from './hung-objects.ts';
import type { Sessions } from './sessions.ts';
import { qualifiedName, quoteName, quoteText } from './sql.ts';

/**
 * The statements that create relations here. Names are without a schema: they are created in the schema of the address, so
 * that what was rehearsed in a sandbox is, letter for letter, what is carried out.
 *
 * Same kind: native types, the enums, domains, composites, sequences and functions they need, defaults, keys, checks, indexes, and
 * references among the relations. Other kind: the types that hold every value, keys, checks and defaults that mean the same.
 */
export function createStatements(
  schema: Schema,
  relations: readonly string[],
  waits: Waits = () => false,
): readonly string[] {
  const wanted = relations
    .map((name) => findRelation(schema, name))
    .filter((relation): relation is Relation => relation !== undefined && relation.kind !== 'view');
  for (const relation of wanted) expectShortNames(relation);
  const same = schema.kind === 'postgres';
  return [
    ...(same ? typesAndFunctions(schema, wanted) : []),
    ...wanted.map((relation) => createTable(schema, relation, same, (name) => waits(relation.name, name))),
    ...(same ? sequenceOwners(schema, wanted) : []),
    ...(same ? hungObjects(schema, wanted).first.map(({ definition }) => definition ?? '') : []),
    ...(same ? wanted.flatMap((relation) => indexStatements(relation, waits)) : []),
    ...(same ? wanted.flatMap(unprovenChecks) : []),
    ...wanted.flatMap((relation) => references(relation, wanted, waits)),
    ...wanted.flatMap(comments),
    ...(same ? counterComments(schema, wanted).map(({ definition }) => definition ?? '') : []),
  ];
}

/** The same in two parts; see `Creates.inParts`. */
export function createInParts(schema: Schema, relations: readonly string[], waits: Waits): CreationInParts {
  const wanted = relations.flatMap((name) => findRelation(schema, name) ?? []);
  return {
    statements: createStatements(schema, relations, waits),
    completions:
      schema.kind === 'postgres'
        ? [...completionsOf(wanted, waits), ...hungCompletions(hungObjects(schema, wanted))]
        : [],
    objects: schema.kind === 'postgres' ? objectsFor(schema, wanted) : [],
  };
}

/** What comes along with these relations: types, functions, sequences, partitions. */
function objectsFor(schema: Schema, wanted: readonly Relation[]): readonly SchemaObject[] {
  const counters = new Set(
    wanted.flatMap(({ fields }) =>
      fields.flatMap(({ counter, generated }) =>
        generated.startsWith('identity') ? (counter?.name ?? []) : [],
      ),
    ),
  );
  const ofIdentity = ({ kind, name }: SchemaObject): boolean => kind === 'sequence' && counters.has(name);
  const { first, indexes, last } = hungObjects(schema, wanted);
  const made = [...typesFor(schema, wanted), ...functionsFor(schema, wanted)];
  return [
    ...made,
    ...commentsOn(schema, made),
    ...counterComments(schema, wanted),
    ...schema.objects.filter(ofIdentity),
    ...first,
    ...indexes,
    ...last,
    ...partsOf(
      schema,
      wanted.filter(({ kind }) => kind === 'partitioned-table').map(({ name }) => name),
    ),
  ];
}

export async function carryOut(
  sessions: Sessions,
  schema: string,
  statements: readonly string[],
): Promise<void> {
  await createRemembered(sessions, schema, async (session) => {
    // Functions come before the tables their bodies speak of.
    await session.run('SET LOCAL check_function_bodies = off');
    for (const statement of statements) await session.run(statement);
  });
}

/**
 * The tables are locked before they are looked into, so that nothing comes in between. References among them go with them, and
 * the types, functions and sequences that came with them, where nothing else uses these.
 */
export async function dropEmpty(
  sessions: Sessions,
  schema: string,
  relations: readonly string[],
): Promise<readonly string[]> {
  return sessions.transaction('BEGIN', async (session) => {
    const there: string[] = [];
    const filled: string[] = [];
    for (const relation of relations) {
      const name = qualifiedName(schema, relation);
      const [found] = await session.rows('SELECT pg_catalog.to_regclass($1) IS NOT NULL', [name]);
      if (found?.[0] !== 't') continue;
      await session.run(`LOCK TABLE ${name}`);
      const [holds] = await session.rows(`SELECT EXISTS (SELECT 1 FROM ${name})`);
      if (holds?.[0] === 't') filled.push(relation);
      there.push(name);
    }
    if (filled.length > 0) return filled;
    if (there.length > 0) await session.run(`DROP TABLE ${there.join(', ')}`);
    await dropRemembered(session, schema);
    return filled;
  });
}

function expectShortNames(relation: Relation): void {
  const named = [relation.name, ...relation.fields.map(({ name }) => name)];
  const long = named.find((name) => Buffer.byteLength(name) > nameBytesMax);
  if (long !== undefined)
    throw postgresFault('postgres.name-too-long', `${long} has ${Buffer.byteLength(long)} bytes`, {
      relation: relation.name,
    });
}

/** Indexes that belong to no constraint; their text is the server's own. */
function indexStatements(relation: Relation, waits: Waits): string[] {
  const constrained = new Set(
    [relation.primaryKey, ...relation.uniques.filter((key) => !isIndexed(relation, key))].map(
      (key) => key?.name,
    ),
  );
  const excluded = new Set(
    relation.checks.filter(({ definition }) => definition.startsWith('EXCLUDE')).map(({ name }) => name),
  );
  return relation.indexes
    .filter(({ name }) => !constrained.has(name) && !excluded.has(name) && !waits(relation.name, name))
    .map(({ definition }) => wholeIndex(definition));
}

/** The first field that takes its numbers owns a sequence which a field of the relation owned. */
function sequenceOwners(schema: Schema, wanted: readonly Relation[]): string[] {
  return wanted.flatMap(({ name: relation, fields }) => {
    const owned = new Set(
      schema.objects.flatMap((object) =>
        object.kind === 'sequence' && object.relation === relation ? [object.name] : [],
      ),
    );
    const owners = new Map<string, string>();
    for (const field of fields)
      for (const sequence of sequencesIn(field.default ?? ''))
        if (owned.has(sequence) && !owners.has(sequence)) owners.set(sequence, field.name);
    return Array.from(
      owners,
      ([sequence, field]) =>
        `ALTER SEQUENCE ${quoteName(sequence)} OWNED BY ${quoteName(relation)}.${quoteName(field)}`,
    );
  });
}

/** As part of the relation they would count as held against records that are not there yet. */
function unprovenChecks({ name: relation, checks }: Relation): string[] {
  return checks
    .filter(({ unproven }) => unproven === true)
    .map(
      ({ name, definition }) =>
        `ALTER TABLE ${quoteName(relation)} ADD CONSTRAINT ${quoteName(name)} ${definition}`,
    );
}

/** The foreign keys among these relations, as `createStatements` gives them. */
export function referencesAmong(schema: Schema, relations: readonly string[]): readonly string[] {
  const wanted = relations.flatMap((name) => findRelation(schema, name) ?? []);
  return wanted.flatMap((relation) => references(relation, wanted, () => false));
}

function references(relation: Relation, wanted: readonly Relation[], waits: Waits): string[] {
  const there = new Set(wanted.map(({ name }) => name));
  return relation.foreignKeys
    .filter((key) => there.has(key.references.relation) && !waits(relation.name, key.name))
    .flatMap((key) => referenceStatements(relation.name, key).map(({ statement }) => statement));
}

function comments(relation: Relation): string[] {
  const onTable =
    relation.comment === null ? [] : [commentOn('TABLE', quoteName(relation.name), relation.comment)];
  const onFields = relation.fields.flatMap(({ name, comment }) =>
    comment === null ? [] : [commentOn('COLUMN', qualifiedName(relation.name, name), comment)],
  );
  return [...onTable, ...onFields];
}

function commentOn(what: string, name: string, comment: string): string {
  return `COMMENT ON ${what} ${name} IS ${quoteText(comment)}`;
}
