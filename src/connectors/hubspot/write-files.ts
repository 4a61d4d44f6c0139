import { hash } from 'node:crypto';
import type { Clock } from '../../host/index.ts';
import { type Row, recordKey } from '../../model/index.ts';
import type { RefusedRecord, SliceResult, SliceWrite, WriteRecord } from '../port.ts';
import { keyUnfit, neverThere } from './faults.ts';
import { type FilePayload, type FileThere, fileText } from './file-fields.ts';
import { FileStore } from './file-store.ts';
import { refusedRecord } from './outgoing-record.ts';
import { type SideBySideLimits, sideBySide } from './side-by-side.ts';
import { type TakingBackFiles, takeBackFiles } from './take-back-files.ts';
import type { SentRecord, SliceName } from './target-state.ts';
import { vendorRefusal } from './vendor-refusal.ts';

export interface FileWorld extends TakingBackFiles {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface OutgoingFile extends FilePayload {
  readonly place: string;
  readonly source: WriteRecord;
  readonly content: Uint8Array;
}

/** Files on their way together, and the bytes of their contents, which are all in memory. */
const together: SideBySideLimits = { most: 8, weightMost: 32 * 1024 * 1024 };
const roundsMost = 6;
/** How long what was lost may still be under way at the vendor's, at first; doubled each round. */
const settleMs = 1_000;

/**
 * Writes the files of one slice, each once, several at a time. Those with one content go one after the other: while one of them is on its
 * way, what the account answers for the other could be either.
 *
 * Invariants: those of `RecordSlice`; what names a file is its path, and it is there as it was sent when the account tells the same
 * size and digest of its content.
 */
export class FileSlice {
  readonly #world: FileWorld;
  readonly #store: FileStore;
  readonly #write: SliceWrite;
  readonly #name: SliceName;
  readonly #known: Map<string, SentRecord>;
  readonly #timesSeen = new Map<string, number>();
  readonly #touched = new Set<string>();
  readonly #refused: RefusedRecord[] = [];
  readonly #ids: (readonly [string, Row])[] = [];

  /** Throws `hubspot.key-unfit`. */
  constructor(world: FileWorld, write: SliceWrite) {
    const { mode, key, relation, fields } = write;
    const fits = key.length <= 1 && (key[0] === undefined || key[0] === 'id' || key[0] === 'path');
    if (mode !== 'insert' || !fits || !fields.includes('path') || !fields.includes('content'))
      throw keyUnfit(relation.name, key);
    this.#world = world;
    this.#store = new FileStore(world.api);
    this.#write = write;
    this.#name = { run: write.run, step: write.step, slice: write.slice };
    this.#known = new Map(world.state.sent(this.#name).map((sent) => [sent.place, sent]));
  }

  async write(): Promise<SliceResult> {
    const { state, clock } = this.#world;
    const { relation, batches, beforeCommit, object } = this.#write;
    state.transaction(() => state.begin(this.#name, relation.name));
    await sideBySide(together, async (begin) => {
      for await (const batch of batches)
        for (const source of batch) {
          const file = this.#encode(source);
          if (file === null) continue;
          const words = [`path ${file.path.toLowerCase()}`, `content ${file.md5}`];
          await begin({ words, weight: file.size, work: async () => await this.#bring(file) });
        }
    });
    const rest = [...this.#known.values()].filter(({ place }) => !this.#touched.has(place));
    await takeBackFiles(this.#world, this.#name, rest);
    const counts = await beforeCommit(this.#refused);
    state.transaction(() => {
      for (const [sourceKey, key] of this.#ids) state.addId(this.#name, object, sourceKey, key);
      state.finish(this.#name, counts, clock.now());
    });
    return { applied: true, counts };
  }

  #encode(source: WriteRecord): OutgoingFile | null {
    const value = (name: string): Row[number] => source.row[this.#write.fields.indexOf(name)] ?? null;
    const [path, content] = [value('path'), value('content')];
    const seen = this.#timesSeen.get(source.sourceKey) ?? 0;
    this.#timesSeen.set(source.sourceKey, seen + 1);
    if (typeof path !== 'string' || !isPath(path))
      return this.#refuse(
        source,
        'target.type',
        'a file needs a path that begins with a slash and ends in a name',
        'path',
      );
    if (!(content instanceof Uint8Array))
      return this.#refuse(source, 'target.not-null', 'a file needs a content', 'content');
    const place = `${source.sourceKey}#${seen}`;
    return { place, source, path, content, md5: hash('md5', content), size: content.length };
  }

  async #bring(file: OutgoingFile): Promise<void> {
    const known = this.#known.get(file.place);
    const digest = this.#digestOf(file);
    if (known !== undefined && known.digest !== digest) {
      // What an earlier attempt sent with another content is not this file.
      await takeBackFiles(this.#world, this.#name, [known]);
      this.#known.delete(file.place);
    }
    const announced = this.#known.get(file.place);
    if (announced?.done === true && announced.id !== null) return this.#keep(file, announced.id);
    const there = await this.#store.at(file.path);
    if (there !== null && announced !== undefined && isSame(there, file)) return this.#settle(file, there);
    if (there !== null) {
      this.#refuse(file.source, 'target.unique', 'another file has that path', 'path');
      return;
    }
    this.#note(file, null, false);
    await this.#send(file);
  }

  /** Sends until it is there, refused, or was sent too often. */
  async #send(file: OutgoingFile): Promise<void> {
    const { clock, signal } = this.#world;
    let again = false;
    for (let round = 0; round < roundsMost; round += 1) {
      const sent = await this.#store.upload(file.path, file.content, again);
      if (sent.kind === 'refused') {
        const { code, message } = vendorRefusal(sent.body, sent.status);
        return this.#drop(file, code, message, null);
      }
      if (sent.kind === 'there' && sent.file.path !== file.path) {
        // First: another file of the folder has the same content, and stays what it is. Then: this one was given another name.
        if (again) return await this.#giveUp(file, sent.file, 'HubSpot keeps it under another path', 'path');
        again = true;
        continue;
      }
      const there = await this.#store.at(file.path);
      if (there !== null && isSame(there, file)) return this.#settle(file, there);
      if (there !== null && sent.kind === 'there' && there.id === sent.file.id)
        return await this.#giveUp(file, there, 'HubSpot keeps another content than it was given', 'content');
      if (there !== null) return this.#drop(file, 'target.unique', 'another file has that path', 'path');
      await clock.sleep(settleMs * 2 ** round, signal);
    }
    throw neverThere(this.#write.relation.name, 1, roundsMost);
  }

  /** What HubSpot made of it is not what was sent: nothing of it stays. */
  async #giveUp(file: OutgoingFile, made: FileThere, why: string, field: string): Promise<void> {
    await this.#store.remove(made.id);
    this.#drop(file, 'target.refused', why, field);
  }

  /** In one transaction: each waits for the disk, and with it all that is on its way. */
  #settle(file: OutgoingFile, there: FileThere): void {
    const { state } = this.#world;
    const key = state.sealText(recordKey(this.#keyOf(file, there.id)), this.#name);
    const after = state.digest(fileText(there));
    state.transaction(() => {
      this.#note(file, there.id, true);
      state.putHeld(this.#name, { id: there.id, kind: 'created', key, before: null, after });
    });
    this.#keep(file, there.id);
  }

  #note(file: OutgoingFile, id: string | null, done: boolean): void {
    const { state } = this.#world;
    const { place, path, md5, size } = file;
    const payload = state.sealText(JSON.stringify({ path, md5, size } satisfies FilePayload), this.#name);
    const sent = { place, digest: this.#digestOf(file), payload, id, done };
    state.putSent(this.#name, sent);
    this.#known.set(place, sent);
  }

  #keep({ place, source }: OutgoingFile, id: string): void {
    this.#touched.add(place);
    if (this.#write.captureIds) this.#ids.push([source.sourceKey, [id]]);
  }

  #keyOf({ path }: OutgoingFile, id: string): Row {
    return this.#write.key[0] === 'path' ? [path] : [id];
  }

  #digestOf({ path, md5, size }: OutgoingFile): string {
    return this.#world.state.digest(JSON.stringify([path, md5, size]));
  }

  #refuse(source: WriteRecord, code: RefusedRecord['code'], message: string, field: string | null): null {
    this.#refused.push(refusedRecord(source, code, message, field));
    return null;
  }

  #drop(file: OutgoingFile, code: RefusedRecord['code'], message: string, field: string | null): void {
    this.#refuse(file.source, code, message, field);
    this.#world.state.dropSent(this.#name, file.place);
    this.#known.delete(file.place);
  }
}

const isPath = (path: string): boolean => /^\/(?:[^/]+\/)*[^/]+$/.test(path);

const isSame = (there: FileThere, { md5, size }: FilePayload): boolean =>
  there.size === size && there.md5 === md5;
