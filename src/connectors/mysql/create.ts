import {
  type ForeignKey,
  findRelation,
  type Relation,
  type Schema,
  type SchemaObject,
} from '../../model/index.ts';
import type { CreationInParts } from '../port.ts';
import { canWait, indexCompletions, keyItems, referenceCompletions, type Waits } from './completions.ts';
import { createTable, shortName } from './create-table.ts';
import { isForeignKey, readCreateText, writeCreateText } from './create-text.ts';
import { mysqlFault } from './faults.ts';
import type { SessionFacts } from './session-settings.ts';
import type { Session, Sessions } from './sessions.ts';
import { quoteName, quoteNames, quoteText } from './sql.ts';

/**
 * The statements that create relations here. Names are without a database: they are created in the one of the address, so
 * that what was rehearsed in a sandbox is, letter for letter, what is carried out.
 *
 * Same family of servers: the server's own texts. Otherwise: the types that hold every value, keys, checks and defaults that
 * mean the same. References come last, so that no order of tables matters.
 */
export function createStatements(
  schema: Schema,
  relations: readonly string[],
  facts: Pick<SessionFacts, 'family' | 'lowersNames'>,
): readonly string[] {
  return createInParts(schema, relations, facts, () => false).statements;
}

/** The same in two parts; see `Creates.inParts`. The primary key is where the records are, so it never waits. */
export function createInParts(
  schema: Schema,
  relations: readonly string[],
  { family, lowersNames }: Pick<SessionFacts, 'family' | 'lowersNames'>,
  waits: Waits,
): CreationInParts {
  const wanted = relations
    .map((name) => findRelation(schema, name))
    .filter((relation): relation is Relation => relation !== undefined && relation.kind !== 'view');
  for (const relation of wanted) expectNames(relation, lowersNames);
  const same = schema.kind === 'mysql' && /mariadb/i.test(schema.version) === (family === 'MariaDB');
  const tables = wanted.map((relation) => {
    const own = same ? relation.definition : undefined;
    return inTwo(relation.name, own ?? createTable(relation, family, same), waits);
  });
  const added = wanted.flatMap((relation) => references(relation, wanted));
  const later = added.filter(({ relation, key }) => waits(relation.name, key.name));
  return {
    statements: [
      ...tables.map(({ statement }) => statement),
      ...added.filter((one) => !later.includes(one)).map(({ statement }) => statement),
    ],
    completions: [
      ...tables.flatMap(({ completions }) => completions),
      ...later.flatMap(({ relation, key, name, statement }) =>
        referenceCompletions(relation, key, name, statement),
      ),
    ],
    objects: same ? schema.objects.filter((object) => comesAlong(object, wanted)) : [],
  };
}

/** A table without its foreign keys, and without the indexes that wait. */
function inTwo(relation: string, definition: string, waits: Waits): TableInTwo {
  const text = readCreateText(definition);
  const waiting = keyItems(text.items).filter((key) => waits(relation, key.name) && canWait(key, text));
  const gone = new Set(waiting.map(({ item }) => item));
  const items = text.items.filter((item) => !isForeignKey(item) && !gone.has(item));
  return {
    statement: writeCreateText({ ...text, items }),
    completions: indexCompletions(relation, waiting),
  };
}

interface TableInTwo {
  readonly statement: string;
  readonly completions: CreationInParts['completions'];
}

/** What stands in the server's own text of a table. */
function comesAlong({ kind, relation }: SchemaObject, wanted: readonly Relation[]): boolean {
  const written = kind === 'partition' || kind === 'update-rule' || kind === 'invisibility';
  return written && wanted.some(({ name, definition }) => name === relation && definition !== undefined);
}

/** Names of references are one list for the whole database here; elsewhere two tables may share one. */
function referenceName(relation: Relation, name: string, wanted: readonly Relation[]): string {
  const sharing = wanted.filter(({ foreignKeys }) => foreignKeys.some((key) => key.name === name));
  return shortName(sharing.length > 1 ? `${relation.name}_${name}` : name);
}

interface AddedReference {
  readonly relation: Relation;
  readonly key: ForeignKey;
  readonly name: string;
  readonly statement: string;
}

function references(relation: Relation, wanted: readonly Relation[]): readonly AddedReference[] {
  const there = new Set(wanted.map(({ name }) => name));
  return relation.foreignKeys
    .filter((key) => there.has(key.references.relation))
    .map((key) => {
      const { relation: other, fields } = key.references;
      const name = referenceName(relation, key.name, wanted);
      const own = `CONSTRAINT ${quoteName(name)} FOREIGN KEY (${quoteNames(key.fields)})`;
      const actions = `${action('DELETE', key.onDelete)}${action('UPDATE', key.onUpdate)}`;
      const statement = `ALTER TABLE ${quoteName(relation.name)} ADD ${own} REFERENCES ${quoteName(other)} (${quoteNames(fields)})${actions}`;
      return { relation, key, name, statement };
    });
}

/**
 * The server has no SET DEFAULT; without an action it refuses, as NO ACTION does. RESTRICT is that as well, and said beside
 * CASCADE it would be kept as NO ACTION.
 */
function action(on: string, what: string): string {
  return /^(CASCADE|SET NULL|NO ACTION)$/.test(what) ? ` ON ${on} ${what}` : '';
}

const nameCharactersMax = 64;

function expectNames(relation: Relation, lowersNames: boolean): void {
  if (lowersNames && relation.name !== relation.name.toLowerCase())
    throw mysqlFault(
      'mysql.name-unusable',
      `${JSON.stringify(relation.name)}: this server keeps names of tables in lower case (lower_case_table_names is 1)`,
      { relation: relation.name },
    );
  for (const name of [relation.name, ...relation.fields.map((field) => field.name)]) {
    const unusable =
      [...name].length > nameCharactersMax || /[\u{10000}-\u{10FFFF}\0]|\s$/u.test(name) || name === '';
    if (unusable) throw mysqlFault('mysql.name-unusable', JSON.stringify(name), { relation: relation.name });
  }
}

/**
 * Each statement commits by itself here. When one fails, what this call created is taken away again, so that it is all there
 * or nothing of it.
 */
export async function carryOut(sessions: Sessions, statements: readonly string[]): Promise<void> {
  await sessions.lend(async (session) => {
    const before = new Set(await tableNames(session));
    try {
      for (const statement of statements) await session.run(statement);
    } catch (error) {
      const created = (await tableNames(session)).filter(
        (name) =>
          !before.has(name) && statements.some((text) => text.startsWith(`CREATE TABLE ${quoteName(name)} `)),
      );
      await dropTables(session, created);
      throw error;
    }
  });
}

async function tableNames(session: Session): Promise<string[]> {
  const rows = await session.rows(
    `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = database() AND TABLE_TYPE <> 'VIEW'`,
  );
  return rows.map(([name]) => String(name));
}

/** References among the tables would keep each other: they are taken off first, while the checks stay on. */
async function dropTables(session: Session, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  for (const [table, constraint] of await session.rows(
    `SELECT TABLE_NAME, CONSTRAINT_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS
     WHERE CONSTRAINT_SCHEMA = database() AND TABLE_NAME IN (${names.map(quoteText).join(', ')})`,
  ))
    if (names.includes(String(table)))
      await session.run(
        `ALTER TABLE ${quoteName(String(table))} DROP FOREIGN KEY ${quoteName(String(constraint))}`,
      );
  await session.run(`DROP TABLE ${quoteNames(names)}`);
}

/** The tables are locked while they are looked into, so that nothing comes in between. */
export async function dropEmpty(
  sessions: Sessions,
  relations: readonly string[],
): Promise<readonly string[]> {
  return sessions.lend(async (session) => {
    const there = (await tableNames(session)).filter((name) => relations.includes(name));
    if (there.length === 0) return [];
    await session.run(`LOCK TABLES ${there.map((name) => `${quoteName(name)} WRITE`).join(', ')}`);
    const filled: string[] = [];
    for (const name of there) {
      const [holds] = await session.rows(`SELECT EXISTS (SELECT 1 FROM ${quoteName(name)})`);
      if (holds?.[0] === '1') filled.push(name);
    }
    if (filled.length === 0) await dropTables(session, there);
    await session.run('UNLOCK TABLES');
    return relations.filter((name) => filled.includes(name));
  });
}
