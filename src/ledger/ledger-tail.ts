import { hex } from '../model/index.ts';
import type { Entry } from './entry.ts';
import { linkOf } from './entry.ts';
import { MerkleRange } from './merkle-range.ts';
import { leafHash } from './merkle-tree.ts';

/** What a writer must know of the entries so far: their number, the link to the last, the byte behind it, the tree's edge. */
export class LedgerTail {
  readonly range: MerkleRange = new MerkleRange();
  /** Roots at the sizes that were asked for: compared with the checkpoints. */
  readonly roots: Map<number, string> = new Map();
  /** Digests of torn lines that the ledger already speaks of. */
  readonly repaired: Set<string> = new Set();
  link: string | null = null;
  /** The last line that was taken. */
  last: Uint8Array | null = null;
  offset = 0;
  readonly #wanted: ReadonlySet<number>;

  constructor(wanted: ReadonlySet<number>) {
    this.#wanted = wanted;
    this.#noteRoot();
  }

  get size(): number {
    return this.range.size;
  }

  /** Takes the next line; says what is wrong with it instead when it does not continue what was there. */
  take(line: Uint8Array): string | null {
    const entry = parse(line);
    if (entry === null) return 'is not a JSON line';
    if (entry.seq !== this.size + 1) return `has the number ${entry.seq} where ${this.size + 1} belongs`;
    if (entry.prev !== this.link) return 'does not link to the entry before it';
    const leaf = leafHash(line);
    this.range.append(leaf);
    this.link = linkOf(leaf);
    this.last = line;
    this.offset += line.length + 1;
    this.#noteRepair(entry);
    this.#noteRoot();
    return null;
  }

  #noteRepair(entry: Entry): void {
    if (entry.type !== tornLineRepaired) return;
    this.repaired.add((entry.body as { digest: string }).digest);
  }

  #noteRoot(): void {
    if (this.#wanted.has(this.size)) this.roots.set(this.size, hex(this.range.root()));
  }
}

export const tornLineRepaired = 'torn-line-repaired';

function parse(line: Uint8Array): Entry | null {
  try {
    return JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.length).toString('utf8')) as Entry;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
