import type { VerifySignature } from '../../host/index.ts';
import { hex, isGodwitError } from '../../model/index.ts';
import { type Checkpoint, openCheckpoint } from '../checkpoint.ts';
import { type Cosignature, cosignaturesOn } from '../cosignature.ts';
import { type Entry, linkTo } from '../entry.ts';
import { MerkleRange } from '../merkle-range.ts';
import { leafHash } from '../merkle-tree.ts';
import { readEntry } from '../read-entry.ts';
import type { TrustRoot } from '../trust-root.ts';
import { verifyConsistency, verifyInclusion } from '../verify-merkle-proof.ts';
import type { BundleLineOf } from './bundle-line.ts';
import type { BundleProblem } from './bundle-verdict.ts';

/** A checkpoint of the bundle whose signatures hold, and which goes on from the one before. */
export interface ShownCheckpoint extends Checkpoint {
  readonly at: number;
  readonly cosignatures: readonly Cosignature[];
}

/** An entry of the bundle, and the line it stands on. */
export interface ShownEntry extends Entry {
  readonly at: number;
}

/** Every checkpoint signed by the runner, each going on from the one before, the newest seen by enough witnesses. */
export function checkCheckpoints(
  lines: readonly BundleLineOf<'checkpoint'>[],
  trust: TrustRoot,
  verify: VerifySignature,
): readonly ShownCheckpoint[] | BundleProblem {
  const shown: ShownCheckpoint[] = [];
  for (const line of lines) {
    const read = openShown(line, trust, verify);
    if (typeof read === 'string') return { code: 'checkpoint', line: line.at, what: read };
    const before = shown.at(-1);
    if (!goesOn(before, read, line.proof))
      return {
        code: 'checkpoint',
        line: line.at,
        what: `the checkpoint of ${read.size} entries does not go on from the one of ${before?.size ?? 0}`,
      };
    shown.push(read);
  }
  const last = shown.at(-1);
  const seenBy = last?.cosignatures.length ?? 0;
  return seenBy >= trust.witnessesNeeded
    ? shown
    : {
        code: 'witness',
        line: last?.at ?? 1,
        what: `${trust.witnessesNeeded} witnesses are needed, ${seenBy} have signed the newest checkpoint`,
      };
}

function openShown(
  { at, note }: BundleLineOf<'checkpoint'>,
  { origin, runnerKey, witnesses }: TrustRoot,
  verify: VerifySignature,
): ShownCheckpoint | string {
  try {
    const checkpoint = openCheckpoint(note, { origin, publicKey: runnerKey, verify });
    return { ...checkpoint, at, cosignatures: cosignaturesOn(note, witnesses, verify) };
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    return error.detail;
  }
}

function goesOn(before: Checkpoint | undefined, next: Checkpoint, proof: readonly string[]): boolean {
  if (before === undefined) return proof.length === 0 && next.size > 0;
  const parts = hashesOf(proof);
  return (
    parts !== null &&
    next.size > before.size &&
    verifyConsistency({
      firstSize: before.size,
      firstRoot: before.root,
      secondSize: next.size,
      secondRoot: next.root,
      proof: parts,
    })
  );
}

/** SHA-256 values in base64; null when one is none. */
function hashesOf(proof: readonly string[]): readonly Uint8Array[] | null {
  const hashes = proof.map((part) => Buffer.from(part, 'base64'));
  const sound = hashes.every((one, at) => one.length === 32 && one.toString('base64') === proof[at]);
  return sound ? hashes : null;
}

/**
 * Every entry alone, its link where its neighbour is shown, and its place under the checkpoints: by its own proof where only
 * some are shown, else by the roots of all of them. Stops at the first that does not fit.
 */
export function checkEntries(
  lines: readonly BundleLineOf<'entry'>[],
  shown: 'all' | 'some',
  checkpoints: readonly ShownCheckpoint[],
): readonly ShownEntry[] | BundleProblem {
  const walk = new EntryWalk(shown, checkpoints);
  for (const line of lines) {
    const problem = walk.take(line);
    if (problem !== null) return problem;
  }
  return walk.ended() ?? walk.entries;
}

class EntryWalk {
  readonly entries: ShownEntry[] = [];
  readonly #shown: 'all' | 'some';
  readonly #checkpoints: readonly ShownCheckpoint[];
  readonly #range = new MerkleRange();
  readonly #last: ShownCheckpoint;
  #link: string | null = null;
  #covered = 0;

  constructor(shown: 'all' | 'some', checkpoints: readonly ShownCheckpoint[]) {
    const last = checkpoints.at(-1);
    if (last === undefined) throw new RangeError('a bundle without a checkpoint was not refused');
    this.#shown = shown;
    this.#checkpoints = checkpoints;
    this.#last = last;
  }

  take(line: BundleLineOf<'entry'>): BundleProblem | null {
    const bytes = Buffer.from(line.line);
    const entry = readEntry(bytes);
    const wrong = (what: string): BundleProblem => ({ code: 'entry', line: line.at, what });
    if ('wrong' in entry) return wrong(`an entry ${entry.wrong}`);
    const before = this.entries.at(-1)?.seq ?? 0;
    const next = this.#shown === 'all' ? entry.seq === before + 1 : entry.seq > before;
    if (!next || entry.seq > this.#last.size)
      return wrong(`entry ${entry.seq} stands behind entry ${before} of ${this.#last.size}`);
    if (entry.seq === before + 1 && entry.prev !== this.#link)
      return wrong(`entry ${entry.seq} does not link to entry ${before}: one of the two was changed`);
    const misplaced = this.#misplaced(entry.seq, leafHash(bytes), line);
    if (misplaced !== null) return misplaced;
    this.#link = linkTo(bytes);
    this.entries.push({ ...entry, at: line.at });
    return this.#compare();
  }

  ended(): BundleProblem | null {
    const { size, at } = this.#last;
    if (this.#shown === 'some' || this.entries.length === size) return null;
    const what = `entries ${this.entries.length + 1} to ${size} are missing`;
    return { code: 'history', line: at, what };
  }

  #misplaced(seq: number, leaf: Uint8Array, { at, proof }: BundleLineOf<'entry'>): BundleProblem | null {
    const { size, root } = this.#last;
    if (this.#shown === 'all') {
      this.#range.append(leaf);
      return proof.length === 0
        ? null
        : { code: 'entry', line: at, what: `entry ${seq} has a proof of its own` };
    }
    const parts = hashesOf(proof);
    return parts !== null && verifyInclusion({ index: seq - 1, size, leaf, proof: parts, root })
      ? null
      : { code: 'entry', line: at, what: `entry ${seq} is not the one the newest checkpoint covers` };
  }

  #compare(): BundleProblem | null {
    if (this.#shown === 'some') return null;
    const here = this.#checkpoints.find(({ size }) => size === this.#range.size);
    if (here === undefined) return null;
    if (hex(here.root) === hex(this.#range.root())) {
      this.#covered = here.size;
      return null;
    }
    const what = `entries ${this.#covered + 1} to ${here.size} are not the ones the checkpoint of ${here.size} entries was signed over`;
    return { code: 'history', line: here.at, what };
  }
}
