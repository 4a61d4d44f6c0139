/// <reference types="wa-sqlite" />
import {
  SQLITE_CANTOPEN,
  SQLITE_FULL,
  SQLITE_IOERR,
  SQLITE_IOERR_SHORT_READ,
  SQLITE_NOTFOUND,
  SQLITE_OK,
  SQLITE_OPEN_CREATE,
} from 'wa-sqlite/src/sqlite-constants.js';
import type { Draw } from '../draw.ts';

/** How a disk ends what is done on it. */
export type DiskEnd = 'power-cut' | 'kill';

const sectorBytes = 512;
/** What the file system of a real machine promises, and SQLite relies on: bytes beside those that are written stay. */
const powersafeOverwrite = 0x1000;

/** A write that may yet be lost; `null` bytes stand for a truncation to `at`. */
interface PendingWrite {
  readonly at: number;
  readonly bytes: Uint8Array | null;
}

interface DiskFile {
  /** As programs see it. */
  content: Uint8Array;
  /** As it was when it was synced last; null when it never was. */
  synced: Uint8Array | null;
  pending: PendingWrite[];
}

/**
 * A file layer for SQLite in memory. What is written is seen at once and is durable when it was synced; at a power cut each write
 * since then is kept, lost or torn, one by one, in any order. A process that is killed loses nothing of it. A disk that is full
 * takes no byte more until it is freed.
 */
export class SimulatedDisk {
  readonly mxPathName: number = 64;
  readonly name: string;
  readonly #draw: Draw;
  readonly #files = new Map<string, DiskFile>();
  readonly #open = new Map<number, DiskFile>();
  /** Calls until the end comes; it never comes while it is infinite. */
  #callsLeft: number = Number.POSITIVE_INFINITY;
  #end: DiskEnd = 'kill';
  #ended = false;
  /** The call under way is the one that is cut off. */
  #endsNow = false;
  full = false;

  constructor(name: string, draw: Draw) {
    this.name = name;
    this.#draw = draw;
  }

  /** Whether the end came: nothing more has had an effect since. */
  get ended(): boolean {
    return this.#ended;
  }

  endAfter(calls: number, end: DiskEnd): void {
    this.#callsLeft = calls;
    this.#end = end;
  }

  /** The machine, or the next process, starts: what survived is there. */
  restart(): void {
    if (this.#ended && this.#end === 'power-cut') this.#losePending();
    this.#open.clear();
    this.#ended = false;
    this.#callsLeft = Number.POSITIVE_INFINITY;
  }

  xOpen(name: string | null, fileId: number, flags: number, out: DataView): number {
    const known = this.#files.get(name ?? '');
    if (this.#over() || (!known && (flags & SQLITE_OPEN_CREATE) === 0)) return SQLITE_CANTOPEN;
    const file = known ?? { content: new Uint8Array(0), synced: null, pending: [] };
    this.#files.set(name ?? '', file);
    this.#open.set(fileId, file);
    out.setInt32(0, flags, true);
    return SQLITE_OK;
  }

  xClose(fileId: number): number {
    this.#open.delete(fileId);
    return SQLITE_OK;
  }

  xRead(fileId: number, data: Uint8Array, at: number): number {
    const file = this.#open.get(fileId);
    if (this.#over() || !file) return SQLITE_IOERR;
    const there = file.content.subarray(at, at + data.byteLength);
    data.set(there);
    if (there.byteLength === data.byteLength) return SQLITE_OK;
    data.fill(0, there.byteLength);
    return SQLITE_IOERR_SHORT_READ;
  }

  xWrite(fileId: number, data: Uint8Array, at: number): number {
    const file = this.#open.get(fileId);
    const over = this.#over();
    if (!file || (over && !this.#endsNow)) return SQLITE_IOERR;
    if (this.full) return SQLITE_FULL;
    // Whoever is cut off in the middle of a write has written a part of it.
    const bytes = data.slice(0, over ? this.#draw.below(data.byteLength) : data.byteLength);
    write(file, { at, bytes });
    file.pending.push({ at, bytes });
    this.#endsNow = false;
    return over ? SQLITE_IOERR : SQLITE_OK;
  }

  xTruncate(fileId: number, size: number): number {
    const file = this.#open.get(fileId);
    if (this.#over() || !file) return SQLITE_IOERR;
    write(file, { at: size, bytes: null });
    file.pending.push({ at: size, bytes: null });
    return SQLITE_OK;
  }

  xSync(fileId: number): number {
    const file = this.#open.get(fileId);
    if (this.#over() || !file) return SQLITE_IOERR;
    file.synced = file.content.slice();
    file.pending = [];
    return SQLITE_OK;
  }

  xFileSize(fileId: number, size: DataView): number {
    const file = this.#open.get(fileId);
    if (this.#over() || !file) return SQLITE_IOERR;
    size.setBigInt64(0, BigInt(file.content.byteLength), true);
    return SQLITE_OK;
  }

  xDelete(name: string): number {
    if (this.#over()) return SQLITE_IOERR;
    this.#files.delete(name);
    return SQLITE_OK;
  }

  xAccess(name: string, _flags: number, out: DataView): number {
    if (this.#over()) return SQLITE_IOERR;
    out.setInt32(0, this.#files.has(name) ? 1 : 0, true);
    return SQLITE_OK;
  }

  xDeviceCharacteristics(): number {
    return powersafeOverwrite;
  }

  xSectorSize(): number {
    return sectorBytes;
  }

  xFileControl(): number {
    return SQLITE_NOTFOUND;
  }

  /** One process has it to itself. */
  xLock(): number {
    return SQLITE_OK;
  }

  xUnlock(): number {
    return SQLITE_OK;
  }

  xCheckReservedLock(_fileId: number, out: DataView): number {
    out.setInt32(0, 0, true);
    return SQLITE_OK;
  }

  /** Counts a call; true once the end has come. */
  #over(): boolean {
    if (this.#ended) return true;
    this.#callsLeft -= 1;
    if (this.#callsLeft > 0) return false;
    this.#ended = true;
    this.#endsNow = true;
    return true;
  }

  #losePending(): void {
    for (const [name, file] of this.#files) {
      if (file.synced === null && this.#draw.chance(0.5)) {
        this.#files.delete(name);
        continue;
      }
      const pending = file.pending.filter(() => this.#draw.chance(0.5));
      file.content = file.synced?.slice() ?? new Uint8Array(0);
      for (const one of pending) write(file, this.#draw.chance(0.3) ? this.#torn(one) : one);
      file.synced = file.content.slice();
      file.pending = [];
    }
  }

  /** Some sectors of it only. */
  #torn({ at, bytes }: PendingWrite): PendingWrite {
    if (bytes === null || bytes.byteLength <= sectorBytes) return { at, bytes };
    const kept = this.#draw.below(Math.ceil(bytes.byteLength / sectorBytes)) * sectorBytes;
    return { at, bytes: bytes.slice(0, kept) };
  }
}

function write(file: DiskFile, { at, bytes }: PendingWrite): void {
  if (bytes === null) {
    file.content = file.content.slice(0, at);
    return;
  }
  if (at + bytes.byteLength > file.content.byteLength) {
    const longer = new Uint8Array(at + bytes.byteLength);
    longer.set(file.content);
    file.content = longer;
  }
  file.content.set(bytes, at);
}
