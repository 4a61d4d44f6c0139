import { rmSync } from 'node:fs';
import { SqliteFile } from '../../host/index.ts';
import type { FieldType, Relation, Schema } from '../../model/index.ts';
import type { Creates, SandboxHolds } from '../port.ts';
import { type SandboxStructure, sandboxStructure } from '../sandbox-structure.ts';
import { type SqliteAddress, sandboxAddress } from './address.ts';
import { createStatements } from './create-statements.ts';
import { inWords } from './faults.ts';
import { declaredTypeFor, fieldTypeOf } from './field-types.ts';
import { inspectFile } from './inspect.ts';
import { quoted } from './sql.ts';
import type { WriterConnection } from './writer-connection.ts';

export class SqliteCreates implements Creates {
  readonly #connection: WriterConnection;
  readonly #address: SqliteAddress;

  constructor(connection: WriterConnection, address: SqliteAddress) {
    this.#connection = connection;
    this.#address = address;
  }

  statements(schema: Schema, relations: readonly string[]): readonly string[] {
    return createStatements(schema, relations);
  }

  createdType(type: FieldType): FieldType {
    return fieldTypeOf(declaredTypeFor(type));
  }

  async create(statements: readonly string[]): Promise<void> {
    const { file } = this.#connection;
    await this.#connection.inTurn({}, async () =>
      this.#connection.transaction(async () => () => {
        for (const statement of statements) file.run(statement);
      }),
    );
  }

  async drop(relations: readonly string[]): Promise<readonly string[]> {
    const { file } = this.#connection;
    return await this.#connection.inTurn({}, async () =>
      this.#connection.transaction(async () => () => {
        const there = relations.filter((name) => tableNamed(file, name));
        const filled = there.filter((name) =>
          file.statement(`SELECT 1 FROM ${quoted(name)} LIMIT 1`).first(),
        );
        if (filled.length === 0) for (const name of there) file.run(`DROP TABLE ${quoted(name)}`);
        return filled;
      }),
    );
  }

  async createSandbox(
    name: string,
    relations: readonly string[],
    holds?: SandboxHolds,
  ): Promise<readonly string[]> {
    const { path } = sandboxAddress(this.#address, name);
    await this.#connection.inTurn({ file: path }, () => {
      const live = this.#connection.file;
      const structure = sandboxStructure(inspectFile(live), relations, holds);
      removeFile(path);
      using sandbox = new SqliteFile(path);
      sandbox.run('PRAGMA ignore_check_constraints = ON');
      sandbox.run('PRAGMA foreign_keys = OFF');
      sandbox.transaction(() => {
        for (const statement of tableStatements(structure)) sandbox.run(statement);
        for (const relation of structure.filled) copyRecords(relation, live, sandbox);
        for (const statement of triggersOf(structure)) sandbox.run(statement);
      });
    });
    return [];
  }

  async dropSandbox(name: string): Promise<void> {
    const { path } = sandboxAddress(this.#address, name);
    inWords({ file: path }, () => removeFile(path));
  }
}

function tableNamed(file: SqliteFile, name: string): boolean {
  return (
    file.statement("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").first(name) !== undefined
  );
}

function tableStatements({ schema, rehearsed, referredTo }: SandboxStructure): string[] {
  return createStatements(schema, [...rehearsed, ...referredTo.map(({ name }) => name)]);
}

function triggersOf({ schema, rehearsed, referredTo }: SandboxStructure): string[] {
  const there = new Set([...rehearsed, ...referredTo.map(({ name }) => name)]);
  return schema.objects
    .filter(({ kind, relation }) => kind === 'trigger' && there.has(relation ?? ''))
    .flatMap(({ definition }) => definition ?? []);
}

/** They were fine where they are: whether they keep to today's rules is not asked. */
function copyRecords({ name, fields }: Relation, live: SqliteFile, sandbox: SqliteFile): void {
  const names = fields
    .filter(({ synthetic, generated }) => !synthetic && generated !== 'computed')
    .map((field) => quoted(field.name));
  const insert = sandbox.statement(
    `INSERT INTO ${quoted(name)} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  );
  for (const row of live.statement(`SELECT ${names.join(', ')} FROM ${quoted(name)}`).iterate())
    insert.run(...row);
}

function removeFile(path: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}
