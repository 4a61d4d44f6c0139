import { existsSync, mkdtempSync } from 'node:fs';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { bytesOfHex, hex, type Row, type Value } from '../../model/index.ts';
import type { ContractSystem } from '../connector.contract.ts';
import type { FilesAddress } from './address.ts';

/** A folder of files as another program sees it: nothing here uses the shelf's readers or writers. */
export class PlainFolder implements ContractSystem<FilesAddress> {
  readonly address: FilesAddress;

  constructor(format: 'csv' | 'jsonl') {
    const folder = mkdtempSync(join(tmpdir(), 'godwit-files-'));
    this.address = { folder, format, options: {} };
  }

  async seed(relation: string, fields: readonly string[], rows: readonly Row[]): Promise<void> {
    const columns = await this.#columns(relation);
    const text = rows.map((row) => this.#line(columns, fields, row)).join('');
    await appendFile(this.#path(relation), text);
  }

  async rows(relation: string, fields: readonly string[]): Promise<readonly Row[]> {
    const path = this.#path(relation);
    if (!existsSync(path)) return [];
    return await this.#parse(relation, await readFile(path, 'utf8'), fields);
  }

  /** Somebody edits the file that holds the records: the one in place, or the one still growing. */
  async change(
    relation: string,
    [where, is]: readonly [string, Value],
    [field, set]: readonly [string, Value],
  ): Promise<void> {
    const growing = join(this.address.folder, '.godwit-files', `${relation}.partial`);
    const path = existsSync(growing) ? growing : this.#path(relation);
    const columns = await this.#columns(relation);
    const names = columns.map(({ name }) => name);
    const text = await readFile(path, 'utf8');
    const header = this.address.format === 'csv' ? `${text.split('\n')[0]}\n` : '';
    const rows = (await this.#parse(relation, text, names)).map((row) =>
      row[names.indexOf(where)] === is ? row.map((value, at) => (names[at] === field ? set : value)) : row,
    );
    await writeFile(path, header + rows.map((row) => this.#line(columns, names, row)).join(''));
  }

  async damage(relation: string): Promise<void> {
    await appendFile(
      this.#path(relation),
      this.address.format === 'csv' ? '77,one too many,1,2\n' : '{"id":77,\n',
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.address.folder, { recursive: true, force: true });
  }

  #path(relation: string): string {
    return join(this.address.folder, `${relation}.${this.address.format}`);
  }

  async #columns(
    relation: string,
  ): Promise<readonly { readonly name: string; readonly type: { readonly kind: string } }[]> {
    const path = join(this.address.folder, '.godwit-files', `${relation}.description.json`);
    return (JSON.parse(await readFile(path, 'utf8')) as { fields: [] }).fields;
  }

  async #parse(relation: string, text: string, fields: readonly string[]): Promise<Row[]> {
    const columns = await this.#columns(relation);
    if (this.address.format === 'csv') {
      const cast = (value: string, { quoting }: { quoting: boolean }): Value =>
        value === '' && !quoting ? null : value;
      const records: Value[][] = parse(text, { cast, from_line: 2, relax_column_count: true });
      const places = fields.map((field) => columns.findIndex(({ name }) => name === field));
      return records.map((record) => places.map((place) => record[place] ?? null));
    }
    const kinds = new Map(columns.map(({ name, type }) => [name, type.kind]));
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const record = parseExactly(line);
        return fields.map((field) => {
          const value = record[field] ?? null;
          return kinds.get(field) === 'bytes' && typeof value === 'string'
            ? bytesOfHex(value.slice(2))
            : value;
        });
      });
  }

  #line(
    columns: readonly { readonly name: string; readonly type: { readonly kind: string } }[],
    fields: readonly string[],
    row: Row,
  ): string {
    const values = columns.map(({ name }) => row[fields.indexOf(name)] ?? null);
    if (this.address.format === 'csv') return `${values.map((value) => csvField(value)).join(',')}\n`;
    const members = columns.map(
      ({ name, type }, at) => `${JSON.stringify(name)}:${jsonValue(type.kind, values[at] ?? null)}`,
    );
    return `{${members.join(',')}}\n`;
  }
}

function csvField(value: Value): string {
  if (value === null) return '';
  const text = asText(value);
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function asText(value: Exclude<Value, null>): string {
  return value instanceof Uint8Array ? `\\x${hex(value)}` : String(value);
}

function jsonValue(kind: string, value: Value): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (['integer', 'decimal', 'float'].includes(kind)) return asText(value);
  return JSON.stringify(asText(value));
}

/** Numbers as they are written. */
function parseExactly(line: string): Record<string, Value> {
  return JSON.parse(line, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? context?.source : value,
  ) as Record<string, Value>;
}
