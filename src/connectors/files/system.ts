import { access, constants, realpath, stat, statfs } from 'node:fs/promises';
import { type Fingerprint, isGodwitError } from '../../model/index.ts';
import type {
  CheckResult,
  Creates,
  Inspects,
  OpenContext,
  OpenSystem,
  Reads,
  Undoes,
  Writes,
} from '../port.ts';
import type { FilesAddress } from './address.ts';
import { FilesCreates } from './create.ts';
import { describeDialect } from './dialect.ts';
import { folderMissing, fromSystem } from './faults.ts';
import { FileCatalog } from './file-catalog.ts';
import { threadsMax } from './file-threads.ts';
import { FilesInspects } from './inspect.ts';
import { FilesReads } from './read.ts';
import { TargetState } from './target-state.ts';
import { FilesUndoes } from './undo.ts';
import { FilesWrites } from './write.ts';

/** Opens a folder of CSV files, or of JSON Lines files. Throws where it is none, or may not be read. */
export async function openFolder(address: FilesAddress, context: OpenContext): Promise<OpenSystem> {
  return new OpenFolder({ ...address, folder: await realFolder(address.folder) }, context);
}

async function realFolder(folder: string): Promise<string> {
  try {
    const real = await realpath(folder);
    if (!(await stat(real)).isDirectory()) throw folderMissing(folder);
    await access(real, constants.R_OK | constants.X_OK);
    return real;
  } catch (error) {
    throw fromSystem(error, folder);
  }
}

class OpenFolder implements OpenSystem {
  readonly kind: 'csv' | 'jsonl';
  readonly name: string;
  readonly inspects: Inspects;
  readonly reads: Reads;
  readonly writes: Writes | null;
  readonly undoes: Undoes | null;
  readonly creates: Creates | null;
  readonly #catalog: FileCatalog;
  readonly #context: OpenContext;
  #state: TargetState | null = null;

  constructor(address: FilesAddress, context: OpenContext) {
    this.kind = address.format;
    this.name = context.name;
    this.#context = context;
    this.#catalog = new FileCatalog(address);
    this.inspects = new FilesInspects(this.#catalog);
    this.reads = new FilesReads(this.#catalog, context.signal);
    const writes = context.role !== 'source';
    const state = (): TargetState => this.#openState();
    this.writes = writes ? new FilesWrites(this.#catalog, context, state) : null;
    this.undoes = writes ? new FilesUndoes(this.#catalog, context, state) : null;
    this.creates = writes ? new FilesCreates(this.#catalog) : null;
  }

  async fingerprint(): Promise<Fingerprint> {
    const { folder } = this.#catalog.address;
    const { ino } = await stat(folder, { bigint: true });
    return { kind: this.kind, server: `folder inode ${ino}`, address: folder, database: '', namespace: '' };
  }

  /** A target is written by one after the other. */
  async slicesAtOnceMax(): Promise<number> {
    return this.#context.role === 'source' ? threadsMax : 1;
  }

  async describe(): Promise<{ readonly version: string; readonly tzdata: string }> {
    return { version: `${this.kind} files`, tzdata: 'none: files hold no zones' };
  }

  async check(): Promise<readonly CheckResult[]> {
    const results = [await this.#checkFolder()];
    try {
      for (const found of await this.#catalog.list()) results.push(await this.#checkFile(found.relation));
    } catch (error) {
      results.push(failed('files', error));
    }
    return results;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state?.[Symbol.dispose]();
    this.#state = null;
  }

  async #checkFolder(): Promise<CheckResult> {
    const { folder } = this.#catalog.address;
    try {
      if (this.#context.role === 'source') return passed('folder', `${folder} can be read`);
      await access(folder, constants.W_OK);
      const { bavail, bsize } = await statfs(folder, { bigint: true });
      return passed('folder', `${folder} can be written, ${(bavail * bsize) / 1_048_576n} MiB are free`);
    } catch (error) {
      return failed('folder', fromSystem(error, folder));
    }
  }

  async #checkFile(relation: string): Promise<CheckResult> {
    try {
      const { file } = await this.#catalog.entry(await this.#catalog.find(relation));
      return passed(file.found.name, describeDialect(file.dialect));
    } catch (error) {
      return failed(relation, error);
    }
  }

  #openState(): TargetState {
    try {
      this.#state ??= new TargetState(this.#catalog.address.folder);
      return this.#state;
    } catch (error) {
      throw fromSystem(error, this.#catalog.address.folder);
    }
  }
}

function passed(name: string, detail: string): CheckResult {
  return { name, outcome: 'ok', detail, fix: null };
}

function failed(name: string, error: unknown): CheckResult {
  if (!isGodwitError(error)) throw error;
  return { name, outcome: 'fail', detail: error.message, fix: error.nextStep };
}
