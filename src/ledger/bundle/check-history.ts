import type { VerifySignature } from '../../host/index.ts';
import { hex, isGodwitError } from '../../model/index.ts';
import { type Checkpoint, openCheckpoint } from '../checkpoint.ts';
import { type Cosignature, cosignaturesOn } from '../cosignature.ts';
import { type Entry, linkOf } from '../entry.ts';
import { leavesOfNextSubtree, MerkleRange } from '../merkle-range.ts';
import { leafHash } from '../merkle-tree.ts';
import { readEntry } from '../read-entry.ts';
import type { TrustRoot } from '../trust-root.ts';
import { type BundleLine, partOf, textIn } from './bundle-line.ts';
import type { BundleProblem } from './bundle-verdict.ts';

/** A checkpoint of the bundle whose signatures hold. */
export interface ShownCheckpoint extends Checkpoint {
  readonly at: number;
  readonly cosignatures: readonly Cosignature[];
}

/** An entry of the bundle, and the line it stands on. */
export interface ShownEntry extends Entry {
  readonly at: number;
}

/** Every checkpoint signed by the runner, each larger than the one before. */
export function checkCheckpoints(
  lines: readonly BundleLine[],
  trust: TrustRoot,
  verify: VerifySignature,
): readonly ShownCheckpoint[] | BundleProblem {
  const shown: ShownCheckpoint[] = [];
  for (const line of lines) {
    const read = openShown(line, trust, verify);
    if (typeof read === 'string') return { code: 'checkpoint', line: line.at, what: read };
    const before = shown.at(-1)?.size ?? 0;
    if (read.size <= before)
      return {
        code: 'checkpoint',
        line: line.at,
        what: `a checkpoint of ${read.size} entries stands behind one of ${before}`,
      };
    shown.push(read);
  }
  return shown;
}

function openShown(
  { at, content }: BundleLine,
  { origin, runnerKey, witnesses }: TrustRoot,
  verify: VerifySignature,
): ShownCheckpoint | string {
  const note = textIn(content, 'note');
  if (note === null) return 'a checkpoint without its note';
  try {
    const checkpoint = openCheckpoint(note, { origin, publicKey: runnerKey, verify });
    return { ...checkpoint, at, cosignatures: cosignaturesOn(note, witnesses, verify) };
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    return error.detail;
  }
}

/**
 * Every entry alone, its link to the one before where that is shown, and all of them under the roots of all checkpoints. What is
 * skipped is there as the roots of full subtrees: the roots of the checkpoints come out right only with every entry shown at its
 * place, and only when each checkpoint goes on from the one before. Stops at the first that does not fit.
 */
export function checkEntries(
  lines: readonly BundleLine[],
  checkpoints: readonly ShownCheckpoint[],
): readonly ShownEntry[] | BundleProblem {
  const walk = new EntryWalk(checkpoints);
  for (const line of lines) {
    const problem = line.kind === 'entry' ? walk.take(line) : walk.skip(line);
    if (problem !== null) return problem;
  }
  return walk.ended() ?? walk.entries;
}

class EntryWalk {
  readonly entries: ShownEntry[] = [];
  readonly #checkpoints: readonly ShownCheckpoint[];
  readonly #range = new MerkleRange();
  /** Undefined behind entries that are not shown. */
  #link: string | null | undefined = null;
  #met = 0;

  constructor(checkpoints: readonly ShownCheckpoint[]) {
    this.#checkpoints = checkpoints;
  }

  take({ bytes, at }: BundleLine): BundleProblem | null {
    const entry = readEntry(bytes);
    const wrong = (what: string): BundleProblem => ({ code: 'entry', line: at, what });
    if ('wrong' in entry) return wrong(`an entry ${entry.wrong}`);
    const { size } = this.#range;
    if (entry.seq !== size + 1) return wrong(`entry ${entry.seq} stands behind ${size} entries`);
    if (this.#link === undefined ? entry.prev === null : entry.prev !== this.#link)
      return wrong(`entry ${entry.seq} does not link to entry ${size}: one of the two was changed`);
    const leaf = leafHash(bytes);
    this.#link = linkOf(leaf);
    this.entries.push({ ...entry, at });
    return this.#append(leaf, 1);
  }

  skip({ content, at }: BundleLine): BundleProblem | null {
    const wrong: BundleProblem = { code: 'history', line: at, what: `line ${at} does not say what it skips` };
    const [hashes, to] = [hashesIn(partOf(content, 'hashes')), partOf(content, 'to')];
    if (hashes === null || typeof to !== 'number') return wrong;
    this.#link = undefined;
    for (const root of hashes) {
      if (this.#range.size >= to) return wrong;
      const problem = this.#append(root, leavesOfNextSubtree(this.#range.size, to));
      if (problem !== null) return problem;
    }
    return this.#range.size === to ? null : wrong;
  }

  ended(): BundleProblem | null {
    const last = this.#checkpoints.at(-1);
    if (last === undefined) throw new RangeError('a bundle without a checkpoint was not refused');
    const { size } = this.#range;
    if (this.#met === this.#checkpoints.length && size === last.size) return null;
    const what =
      size === last.size
        ? 'what is skipped reaches beyond a checkpoint'
        : `${size} entries are shown or skipped, the newest checkpoint covers ${last.size}`;
    return { code: 'history', line: last.at, what };
  }

  #append(root: Uint8Array, leaves: number): BundleProblem | null {
    this.#range.append(root, leaves);
    const here = this.#checkpoints[this.#met];
    if (here?.size !== this.#range.size) return null;
    if (hex(here.root) !== hex(this.#range.root())) {
      const from = (this.#checkpoints[this.#met - 1]?.size ?? 0) + 1;
      const what = `entries ${from} to ${here.size} are not the ones the checkpoint of ${here.size} entries was signed over`;
      return { code: 'history', line: here.at, what };
    }
    this.#met += 1;
    return null;
  }
}

/** SHA-256 values in base64; null when one is none. */
function hashesIn(texts: unknown): readonly Uint8Array[] | null {
  if (!Array.isArray(texts)) return null;
  const hashes = texts.map((text) => Buffer.from(String(text), 'base64'));
  const sound = hashes.every((one, at) => one.length === 32 && one.toString('base64') === texts[at]);
  return sound ? hashes : null;
}
