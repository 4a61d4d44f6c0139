import type { RecordBatch, Relation, Row, Slice } from '../../model/index.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { ReadOptions } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import { type AheadLimits, contentsAhead, type FileWithContent } from './contents-ahead.ts';
import { type FileThere, fileFields, fileRow, filesName } from './file-fields.ts';
import { FileStore } from './file-store.ts';
import type { ReadsRelation } from './reads-relation.ts';
import { wantedFields } from './wanted-fields.ts';

const ahead: AheadLimits = { most: 8, bytesMost: 32 * 1024 * 1024 };

/** Files with their bytes, in the order of their ids. */
export class ReadsFiles implements ReadsRelation {
  readonly #store: FileStore;

  constructor(api: AccountApi) {
    this.#store = new FileStore(api);
  }

  async *keys(): AsyncGenerator<readonly Row[]> {
    for await (const page of this.#store.list(null, null)) yield page.map(({ id }) => [id]);
  }

  async *read(relation: Relation, { after, upTo }: Slice, options: ReadOptions): AsyncGenerator<RecordBatch> {
    const bound = (row: Row | null): string | null => (row === null ? null : String(row[0]));
    yield* this.#batches(relation, this.#store.list(bound(after), bound(upTo)), options);
  }

  /** By id or by path; by anything else all are read. */
  async *fetch(
    relation: Relation,
    fields: readonly string[],
    keys: readonly Row[],
  ): AsyncGenerator<RecordBatch> {
    const [by, ...others] = fields;
    if (others.length > 0 || (by !== 'id' && by !== 'path')) {
      yield* this.read(relation, { number: 0, after: null, upTo: null, rowsEstimate: 0 }, {});
      return;
    }
    const words = keys.flatMap(([value]) => (typeof value === 'string' && value !== '' ? [value] : []));
    yield* this.#batches(relation, this.#named(by, words), {});
  }

  async *#named(by: 'id' | 'path', words: readonly string[]): AsyncGenerator<readonly FileThere[]> {
    for (const word of new Set(words)) {
      const found = by === 'path' ? await this.#store.at(word) : await this.#byId(word);
      if (found !== null) yield [found];
    }
  }

  async #byId(id: string): Promise<FileThere | null> {
    return /^\d+$/.test(id) ? await this.#store.byId(id) : null;
  }

  /** Bytes are asked for where they are wanted alone. */
  async *#batches(
    relation: Relation,
    pages: AsyncIterable<readonly FileThere[]>,
    options: ReadOptions,
  ): AsyncGenerator<RecordBatch> {
    const wanted = wantedFields(
      relation,
      fileFields.map(({ name }) => name),
    );
    const withBytes = wanted.names.includes('content');
    const batches = new BatchBuilder(filesName, wanted.names, options);
    for await (const { file, content } of withBytes ? this.#withContents(pages) : withoutContents(pages)) {
      batches.add(wanted.of(fileRow(file, content)));
      if (batches.isFull) yield batches.take();
    }
    if (!batches.isEmpty) yield batches.take();
  }

  #withContents(pages: AsyncIterable<readonly FileThere[]>): AsyncGenerator<FileWithContent> {
    return contentsAhead(pages, async ({ id }) => await this.#store.content(id), ahead);
  }
}

async function* withoutContents(
  pages: AsyncIterable<readonly FileThere[]>,
): AsyncGenerator<{ readonly file: FileThere; readonly content: null }> {
  for await (const page of pages) for (const file of page) yield { file, content: null };
}
