import { closeSync, fdatasyncSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { ledgerDamaged, ledgerWriteFailed } from './faults.ts';
import type { LedgerTail } from './ledger-tail.ts';
import { readLines } from './read-lines.ts';

/**
 * The copy of a ledger's lines in a file, whose true place is a store. Several processes of one machine may bring the same copy
 * up to date at once: they write the same bytes to the same places. What a crash tore is cut off and comes again.
 */
export class CopyOfLines {
  readonly #path: string;
  readonly #tail: LedgerTail;

  constructor(path: string, tail: LedgerTail) {
    this.#path = path;
    this.#tail = tail;
  }

  /** Reads what another process has added. Throws `ledger.damaged` when the copy was changed. */
  catchUp(): void {
    if ((statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0) < this.#tail.offset)
      throw ledgerDamaged(this.#path, 'it lost its end while it was open');
    for (const { bytes, ended } of readLines(this.#path, this.#tail.offset)) {
      if (!ended || bytes.includes(0)) break;
      const wrong = this.#tail.take(bytes);
      if (wrong !== null) throw ledgerDamaged(this.#path, `entry ${this.#tail.size + 1} ${wrong}`);
    }
  }

  /** Takes lines of the store. Throws `ledger.damaged` when they do not continue what is here. */
  take(lines: readonly Uint8Array[]): void {
    if (lines.length === 0) return;
    const { offset } = this.#tail;
    for (const line of lines) {
      const wrong = this.#tail.take(line);
      if (wrong !== null) throw ledgerDamaged(this.#path, `entry ${this.#tail.size + 1} ${wrong}`);
    }
    const content = Buffer.concat(lines.flatMap((line) => [line, lineFeed]));
    const file = openSync(this.#path, 'r+');
    try {
      for (let at = 0; at < content.length; )
        at += writeSync(file, content, at, content.length - at, offset + at);
      fdatasyncSync(file);
    } catch (cause) {
      ftruncateSync(file, offset);
      throw ledgerWriteFailed(this.#path, cause);
    } finally {
      closeSync(file);
    }
  }
}

const lineFeed = Buffer.from('\n');
