import { rmSync } from 'node:fs';
import { SqliteFile } from '../../host/index.ts';
import type { FieldType, Schema } from '../../model/index.ts';
import type { Creates } from '../port.ts';
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

  async createSandbox(name: string, relations: readonly string[]): Promise<void> {
    const { path } = sandboxAddress(this.#address, name);
    await this.#connection.inTurn({ file: path }, () => {
      const schema = inspectFile(this.#connection.file);
      removeFile(path);
      using sandbox = new SqliteFile(path);
      sandbox.transaction(() => {
        for (const statement of sandboxStatements(schema, relations)) sandbox.run(statement);
      });
    });
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

/** The structure of these relations and of all they refer to, with the triggers on them. */
function sandboxStatements(schema: Schema, relations: readonly string[]): string[] {
  const names = new Set(relations);
  for (const name of names) {
    const relation = schema.relations.find((each) => each.name === name);
    for (const { references } of relation?.foreignKeys ?? []) names.add(references.relation);
  }
  const triggers = schema.objects.filter(
    ({ kind, relation }) => kind === 'trigger' && names.has(relation ?? ''),
  );
  return [
    ...createStatements(schema, [...names]),
    ...triggers.flatMap(({ definition }) => (definition === null ? [] : [definition])),
  ];
}

function removeFile(path: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}
