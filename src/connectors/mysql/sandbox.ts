import type { Relation, Schema } from '../../model/index.ts';
import type { SandboxHolds } from '../port.ts';
import { sandboxStructure } from '../sandbox-structure.ts';
import type { MysqlAddress } from './address.ts';
import { cloneTriggers } from './clone-triggers.ts';
import { carryOut, createStatements } from './create.ts';
import { mysqlFault } from './faults.ts';
import { inspectDatabase } from './inspect.ts';
import { Sessions } from './sessions.ts';
import { qualifiedName, quoteName, quoteNames, quoteText } from './sql.ts';

const mark = '_godwit_sandbox';

interface AskedSandbox {
  readonly name: string;
  readonly relations: readonly string[];
  readonly holds?: SandboxHolds | undefined;
}

/**
 * A database beside the live one with the same structure, with the records of relations that are only referred to and, where they
 * are asked for, with those of the others. Answers with what could not come along. Only a database that carries the mark of a
 * sandbox, a table of its own, is ever dropped.
 */
export async function createSandbox(
  sessions: Sessions,
  address: MysqlAddress,
  signal: AbortSignal,
  { name, relations, holds }: AskedSandbox,
): Promise<readonly string[]> {
  expectSandboxName(name);
  const live = await inspectDatabase(sessions, address.dates);
  const structure = sandboxStructure(live, relations, holds);
  const referredTo = structure.referredTo.map((relation) => relation.name);
  const filled = new Set(structure.filled.map((relation) => relation.name));
  await drop(sessions, name);
  const facts = await sessions.lend(async (session) => {
    await session.run(`CREATE DATABASE ${quoteName(name)}`);
    await session.run(`CREATE TABLE ${qualifiedName(name, mark)} (made DATETIME NOT NULL) ENGINE=InnoDB`);
    return session.facts;
  });
  await using inside = new Sessions({ ...address, database: name }, false, signal);
  const statements = createStatements(
    withoutReferences(live, referredTo),
    [...relations, ...referredTo],
    facts,
  );
  await carryOut(inside, statements);
  return await inside.lend(async (session) => {
    // They were fine where they are, and no order of the relations satisfies every reference.
    await session.run('SET SESSION foreign_key_checks = 0');
    for (const relation of live.relations.filter((one) => filled.has(one.name)))
      await session.run(copyRecords(relation, live.namespace ?? address.database));
    await session.run('SET SESSION foreign_key_checks = 1');
    const databases = await session.rows('SELECT SCHEMA_NAME FROM information_schema.SCHEMATA');
    return cloneTriggers(
      session,
      live,
      relations,
      databases.map(([database]) => String(database)),
    );
  });
}

/** What is only referred to keeps the server's own text, but refers to nothing itself: that could be empty in the sandbox. */
function withoutReferences(schema: Schema, names: readonly string[]): Schema {
  const relations = schema.relations.map((relation) =>
    names.includes(relation.name) ? { ...relation, foreignKeys: [] } : relation,
  );
  return { ...schema, relations };
}

function copyRecords({ name, fields }: Relation, database: string): string {
  const names = quoteNames(
    fields
      .filter(({ synthetic, generated }) => !synthetic && generated !== 'computed')
      .map((field) => field.name),
  );
  return `INSERT INTO ${quoteName(name)} (${names}) SELECT ${names} FROM ${qualifiedName(database, name)}`;
}

export async function dropSandbox(sessions: Sessions, name: string): Promise<void> {
  expectSandboxName(name);
  await drop(sessions, name);
}

async function drop(sessions: Sessions, name: string): Promise<void> {
  await sessions.lend(async (session) => {
    const [row] = await session.rows(
      `SELECT (SELECT count(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ${quoteText(name)}),
         (SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteText(name)} AND TABLE_NAME = ${quoteText(mark)})`,
    );
    if (row?.[0] === '0') return;
    if (row?.[1] !== '1') throw mysqlFault('mysql.not-a-sandbox', name);
    await session.run(`DROP DATABASE ${quoteName(name)}`);
  });
}

function expectSandboxName(name: string): void {
  if (!/^godwit_[A-Za-z0-9_]{1,57}$/.test(name)) throw mysqlFault('mysql.sandbox-name', JSON.stringify(name));
}
