import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FieldType, findRelation, type Relation, type Schema } from '../../model/index.ts';
import type { Creates, SandboxHolds } from '../port.ts';
import { type FileOptions, type FilesAddress, sandboxAddress } from './address.ts';
import type { CatalogEntry } from './catalog-entry.ts';
import { type DescribedField, removeDescription, writeDescription } from './described-file.ts';
import type { Dialect } from './dialect.ts';
import { encodeText, markOf } from './encode-text.ts';
import { alreadyThere, fromSystem, nameUnusable, relationMissing, statementUnknown } from './faults.ts';
import { createdType } from './field-types.ts';
import { FileCatalog } from './file-catalog.ts';
import { formatHeader } from './format-record.ts';
import { openBytes } from './open-bytes.ts';

/** The dialect of files that are created here: null is nothing between two delimiters, the empty text is `""`. */
const createdDialect: Dialect = {
  encoding: 'utf-8',
  byteOrderMark: false,
  compression: 'none',
  lineEnd: 'lf',
  csv: {
    delimiter: ',',
    quote: '"',
    escape: '"',
    header: true,
    skipLines: 0,
    nullText: '',
    strayQuotes: 'bad',
  },
};

const statementStart = 'create file ';

interface CreateFile {
  readonly relation: string;
  readonly fields: readonly DescribedField[];
}

export class FilesCreates implements Creates {
  readonly #catalog: FileCatalog;

  constructor(catalog: FileCatalog) {
    this.#catalog = catalog;
  }

  statements(schema: Schema, relations: readonly string[]): readonly string[] {
    const { format } = this.#catalog.address;
    return relations.map((name) => {
      const relation = findRelation(schema, name);
      if (relation === undefined) throw relationMissing(name, schema.namespace ?? schema.kind);
      refuseUnusable(name);
      return `${statementStart}${JSON.stringify({ relation: name, fields: describedFields(relation, format, schema.kind) })}`;
    });
  }

  createdType(type: FieldType): FieldType {
    return createdType(this.#catalog.address.format, type);
  }

  async create(statements: readonly string[]): Promise<void> {
    const { address } = this.#catalog;
    for (const statement of statements) {
      const { relation, fields } = parseStatement(statement);
      await createFile(address, relation, fields, createdDialect, { null: '' });
    }
  }

  async drop(relations: readonly string[]): Promise<readonly string[]> {
    const { folder } = this.#catalog.address;
    const there = (await this.#catalog.list()).filter(({ relation }) => relations.includes(relation));
    const filled: string[] = [];
    for (const found of there) {
      const { file } = await this.#catalog.entry(found);
      if ((await stat(found.path)).size > file.dataOffset) filled.push(found.relation);
    }
    if (filled.length > 0) return filled;
    for (const { path, relation } of there) {
      await rm(path, { force: true });
      await removeDescription(folder, relation);
    }
    return [];
  }

  async createSandbox(
    name: string,
    relations: readonly string[],
    holds: SandboxHolds = 'nothing',
  ): Promise<readonly string[]> {
    const { address } = this.#catalog;
    const inside = sandboxAddress(address, name);
    const entries: CatalogEntry[] = [];
    for (const relation of relations)
      entries.push(await this.#catalog.entry(await this.#catalog.find(relation)));
    await this.dropSandbox(name);
    try {
      await mkdir(inside.folder, { mode: 0o700 });
    } catch (error) {
      throw fromSystem(error, inside.folder);
    }
    for (const { file, fields } of entries) {
      const dialect = { ...file.dialect, compression: 'none' } as const;
      await createFile(inside, file.found.relation, fields, dialect, {});
      if (holds === 'records') await copyContent(inside, file);
    }
    return [];
  }

  async dropSandbox(name: string): Promise<void> {
    const { folder } = sandboxAddress(this.#catalog.address, name);
    try {
      await rm(folder, { recursive: true, force: true });
    } catch (error) {
      throw fromSystem(error, folder);
    }
  }
}

/** What lies behind the header, byte for byte. */
async function copyContent(inside: FilesAddress, file: CatalogEntry['file']): Promise<void> {
  const { path, relation } = file.found;
  const copied = join(inside.folder, `${relation}.${inside.format}`);
  try {
    await using from = await open(path, 'r');
    await using to = await open(copied, 'a', 0o600);
    for await (const bytes of openBytes(from, path, file.dialect.compression, file.dataOffset))
      await to.writeFile(bytes);
    await to.sync();
  } catch (error) {
    throw fromSystem(error, copied);
  }
}

function describedFields(
  relation: Relation,
  format: 'csv' | 'jsonl',
  from: Schema['kind'],
): DescribedField[] {
  return relation.fields
    .filter(({ synthetic }) => !synthetic)
    .map(({ name, type, native, nullable, comment }) => ({
      name,
      type: createdType(format, type),
      native: from === format ? native : format === 'csv' ? 'text' : 'json',
      nullable,
      comment,
    }));
}

function refuseUnusable(relation: string): void {
  if (/[/\0]|^\./.test(relation) || relation === '' || Buffer.byteLength(relation) > 200)
    throw nameUnusable(relation);
}

function parseStatement(statement: string): CreateFile {
  if (!statement.startsWith(statementStart)) throw statementUnknown(statement);
  try {
    return JSON.parse(statement.slice(statementStart.length)) as CreateFile;
  } catch {
    throw statementUnknown(statement);
  }
}

async function createFile(
  address: FilesAddress,
  relation: string,
  fields: readonly DescribedField[],
  dialect: Dialect,
  more: FileOptions,
): Promise<void> {
  refuseUnusable(relation);
  const path = join(address.folder, `${relation}.${address.format}`);
  const csv = address.format === 'csv' ? dialect.csv : null;
  const names = fields.map(({ name }) => name);
  const header = csv?.header === true ? formatHeader(dialect, csv, names) : '';
  const content = Buffer.concat([
    dialect.byteOrderMark ? markOf(dialect.encoding) : Buffer.alloc(0),
    encodeText(header, dialect.encoding) ?? Buffer.from(header),
  ]);
  try {
    if ((await stat(path).catch(() => null)) !== null) throw alreadyThere(path);
    await using file = await open(path, 'wx', 0o600);
    await file.write(content);
    await file.sync();
  } catch (error) {
    throw fromSystem(error, path);
  }
  await writeDescription(address.folder, relation, {
    formatVersion: 1,
    options: { ...optionsFrom(dialect, csv ? names : null), ...more },
    fields: fields.map(({ name, type, native, nullable, comment }) => ({
      name,
      type,
      native,
      nullable,
      comment,
    })),
  });
}

function optionsFrom(dialect: Dialect, columns: readonly string[] | null): FileOptions {
  const { encoding, lineEnd, csv } = dialect;
  if (columns === null || csv === null) return { encoding, lineEnd };
  const { delimiter, quote, escape, header, nullText, strayQuotes } = csv;
  return {
    encoding,
    lineEnd,
    delimiter,
    quote,
    escape,
    header,
    null: nullText,
    strayQuotes,
    ...(header ? {} : { columns }),
  };
}
