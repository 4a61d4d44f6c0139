import { open } from 'node:fs/promises';
import { type Field, recordKey } from '../../model/index.ts';
import { type FilesAddress, optionsOf } from './address.ts';
import type { CatalogEntry } from './catalog-entry.ts';
import { type DescribedFile, readDescription } from './described-file.ts';
import { fromSystem, relationMissing, tooManyFields } from './faults.ts';
import { plainField } from './field-types.ts';
import type { FileThreads } from './file-threads.ts';
import { indexByThreads, isForSeveral } from './index-by-threads.ts';
import { JsonFieldFinder } from './json-fields.ts';
import { KeyIndex } from './key-index.ts';
import { type FoundFile, listFiles } from './list-files.ts';
import { loadRelationFile, openCursor, openPlaceCursor, type RelationFile } from './load-relation-file.ts';
import { isMembers, readJsonMembersWith } from './read-json-record.ts';
import { readRecordWith } from './read-record.ts';
import type { RecordCursor } from './record-cursor.ts';
import { RecordIndex } from './record-index.ts';
import { refuseChanged } from './refuse-changed.ts';

const jsonFieldsMax = 10_000;
const keyIndexesMax = 3;

/**
 * What is known of the files of one folder. A file is looked through once for each version of it; when it changes, what was
 * known is forgotten.
 */
export class FileCatalog {
  readonly address: FilesAddress;
  readonly #entries = new Map<string, Promise<CatalogEntry>>();
  readonly #keyIndexes = new Map<string, Promise<KeyIndex>>();
  readonly #indexes = new Map<string, Promise<RecordIndex>>();

  constructor(address: FilesAddress) {
    this.address = address;
  }

  async list(): Promise<readonly FoundFile[]> {
    return await listFiles(this.address);
  }

  async find(relation: string): Promise<FoundFile> {
    const found = (await this.list()).find((file) => file.relation === relation);
    if (found === undefined) throw relationMissing(relation, this.address.folder);
    return found;
  }

  async entry(found: FoundFile): Promise<CatalogEntry> {
    const description = await readDescription(this.address.folder, found.relation);
    const key = JSON.stringify([found.path, found.version, description]);
    return await remembered(this.#entries, key, () => this.#look(found, description));
  }

  async index(entry: CatalogEntry, threads: FileThreads): Promise<RecordIndex> {
    const { found } = entry.file;
    return await remembered(this.#indexes, `${found.path} ${found.version}`, async () =>
      isForSeveral(entry.file) ? indexByThreads(entry.file, threads) : buildIndex(entry.file),
    );
  }

  /** Which lines may hold a key made of these fields; at most a few such indexes are kept. */
  async keyIndex(entry: CatalogEntry, places: readonly number[], records: number): Promise<KeyIndex> {
    const { found } = entry.file;
    const name = JSON.stringify([found.path, found.version, places]);
    const [oldest] = this.#keyIndexes.keys();
    if (oldest !== undefined && this.#keyIndexes.size >= keyIndexesMax && !this.#keyIndexes.has(name)) {
      this.#keyIndexes.delete(oldest);
    }
    return await remembered(this.#keyIndexes, name, () => buildKeyIndex(entry, places, records));
  }

  async #look(found: FoundFile, description: DescribedFile | null): Promise<CatalogEntry> {
    const { format } = this.address;
    const said = optionsOf(this.address, found.relation);
    const described = description === null ? null : await this.#asDescribed(found, description);
    const file = described ?? (await loadRelationFile(found, format, said));
    if (format === 'csv')
      return { file, fields: file.columns.map((name) => csvField(name, file, description)) };
    const finder = await findJsonFields(file);
    return { file, fields: jsonFields(finder, description) };
  }

  /** The file as it was created here; null when it is another one by now. */
  async #asDescribed(found: FoundFile, description: DescribedFile): Promise<RelationFile | null> {
    const options = { ...description.options, ...optionsOf(this.address, found.relation) };
    if (this.address.format === 'jsonl') return await loadRelationFile(found, 'jsonl', options);
    const file = await loadRelationFile(found, 'csv', options);
    const names = description.fields.map(({ name }) => name);
    return JSON.stringify(names) === JSON.stringify(file.headerTexts ?? file.columns) ? file : null;
  }
}

/** One promise for one key; a failure is not remembered. */
async function remembered<T>(
  known: Map<string, Promise<T>>,
  key: string,
  find: () => Promise<T>,
): Promise<T> {
  let found = known.get(key);
  if (found === undefined) {
    found = find();
    known.set(key, found);
    found.catch(() => known.delete(key));
  }
  return await found;
}

function csvField(name: string, file: RelationFile, description: DescribedFile | null): Field {
  const declared = description?.fields.find((field) => field.name === name);
  const knowsNull = typeof file.dialect.csv?.nullText === 'string';
  return plainField(
    name,
    { kind: 'text', charactersMax: null, padded: false },
    'text',
    declared?.nullable ?? knowsNull,
    null,
  );
}

function jsonFields(finder: JsonFieldFinder, description: DescribedFile | null): Field[] {
  const found = finder.found();
  const declared = description?.fields ?? [];
  const names = new Set(declared.map(({ name }) => name));
  return [
    ...declared.map(({ name, type, native, nullable, comment }) =>
      plainField(name, type, native, nullable, comment),
    ),
    ...found
      .filter(({ name }) => !names.has(name))
      .map(({ name, type, nullable, comment }) => plainField(name, type, 'json', nullable, comment)),
  ];
}

async function findJsonFields(file: RelationFile): Promise<JsonFieldFinder> {
  const finder = new JsonFieldFinder();
  const read = readJsonMembersWith(file.dialect);
  await eachRecord(file, (cursor) => {
    const members = read(cursor);
    if (isMembers(members)) finder.add(members);
    if (finder.fields > jsonFieldsMax) throw tooManyFields(file.found.name, jsonFieldsMax);
  });
  return finder;
}

async function buildIndex(file: RelationFile): Promise<RecordIndex> {
  const index = new RecordIndex();
  await eachRecord(file, (cursor) => index.add(cursor.line, cursor.offset), openPlaceCursor);
  return index;
}

async function buildKeyIndex(
  entry: CatalogEntry,
  places: readonly number[],
  records: number,
): Promise<KeyIndex> {
  const index = new KeyIndex(records);
  const read = readRecordWith(entry);
  await eachRecord(entry.file, (cursor) => {
    const { row } = read(cursor);
    if (row !== null) index.add(recordKey(places.map((place) => row[place] ?? null)), cursor.line);
  });
  return index;
}

/** Walks over the whole file and makes sure that it was one and the same file all the time. */
async function eachRecord(
  file: RelationFile,
  take: (cursor: RecordCursor) => void,
  cursorOf: typeof openCursor = openCursor,
): Promise<void> {
  const { found } = file;
  try {
    await using handle = await open(found.path, 'r');
    const cursor = cursorOf(file, handle, file.dataOffset, file.dataLine);
    try {
      for (let step = cursor.step(); step !== 'end'; step = cursor.step()) {
        if (step === 'record' || (await cursor.more())) take(cursor);
      }
    } finally {
      await cursor.close();
    }
    await refuseChanged(found);
  } catch (error) {
    throw fromSystem(error, found.path);
  }
}
