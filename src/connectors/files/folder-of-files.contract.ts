import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock, systemRandom } from '../../host/index.ts';
import type { BadRecord, Relation, Row, Slice } from '../../model/index.ts';
import type { OpenSystem, ReadOptions } from '../port.ts';
import type { FileOptions, FilesAddress } from './address.ts';
import { filesConnector } from './index.ts';

/** A throwaway folder with files in it, opened as a source. */
export class FolderOfFiles implements AsyncDisposable {
  readonly address: FilesAddress;
  #system: OpenSystem | null = null;

  constructor(format: 'csv' | 'jsonl', options: Readonly<Record<string, FileOptions>> = {}) {
    this.address = { folder: mkdtempSync(join(tmpdir(), 'godwit-files-')), format, options };
  }

  path(name: string): string {
    return join(this.address.folder, name);
  }

  async put(name: string, content: string | Uint8Array): Promise<void> {
    await writeFile(this.path(name), content);
  }

  async open(): Promise<OpenSystem> {
    this.#system ??= await filesConnector(this.address.format).open(this.address, {
      name: 'files',
      role: 'source',
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      seal: null,
      signal: new AbortController().signal,
    });
    return this.#system;
  }

  async relation(name: string): Promise<Relation> {
    const { relations } = await (await this.open()).inspects.inspect();
    const found = relations.find((relation) => relation.name === name);
    if (found === undefined) throw new RangeError(`no relation ${name}`);
    return found;
  }

  async read(name: string, slice: Slice = whole, options: ReadOptions = {}): Promise<FileContent> {
    const relation = await this.relation(name);
    await using snapshot = await (await this.open()).reads.snapshot();
    const rows: Row[] = [];
    const bad: BadRecord[] = [];
    for await (const batch of snapshot.read(relation, slice, options)) {
      rows.push(...batch.rows);
      bad.push(...batch.bad);
    }
    return { relation, rows, bad };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#system?.[Symbol.asyncDispose]();
    await rm(this.address.folder, { recursive: true, force: true });
  }
}

export const whole: Slice = { number: 0, after: null, upTo: null, rowsEstimate: 0 };

export interface FileContent {
  readonly relation: Relation;
  readonly rows: readonly Row[];
  readonly bad: readonly BadRecord[];
}

/** One file's content, read. */
export async function readFileContent(
  content: string | Uint8Array,
  options: FileOptions = {},
  name: string = 'data.csv',
): Promise<FileContent> {
  const format = name.includes('.jsonl') ? 'jsonl' : 'csv';
  await using folder = new FolderOfFiles(format, { '*': options });
  await folder.put(name, content);
  return await folder.read('data');
}
