import { hex } from '../model/index.ts';
import type { HeldCheckpoint } from './checkpoint.ts';
import { bodyErased, type Entry, linkOf, linkTo } from './entry.ts';
import type { LedgerProblem } from './ledger-problem.ts';
import { MerkleRange } from './merkle-range.ts';
import { leafHash } from './merkle-tree.ts';
import { readEntry } from './read-entry.ts';
import type { Line } from './read-lines.ts';

/**
 * Reads the lines once and stops at the first that does not fit.
 *
 * A link that does not fit says that the entry or the one before it was changed. Which one: when the next link does not fit
 * either, the entry itself (its `prev` is part of what the next link names), else the one before; and an entry that a good
 * checkpoint covers was not changed.
 */
export function findBadEntry(lines: Iterable<Line>, checkpoints: readonly HeldCheckpoint[]): Found {
  const walk = new Walk(checkpoints);
  const rest = lines[Symbol.iterator]();
  for (let line = rest.next(); !line.done; line = rest.next()) {
    const problem = walk.step(line.value, rest);
    if (problem !== null) return walk.found(problem);
  }
  return walk.found(walk.missingTail());
}

export interface Found {
  readonly entries: number;
  readonly root: Uint8Array;
  /** How many entries say that a body was erased. */
  readonly bodiesErased: number;
  readonly problems: readonly LedgerProblem[];
}

class Walk {
  readonly #range = new MerkleRange();
  readonly #checkpoints: readonly HeldCheckpoint[];
  /** The last size at which all checkpoints agreed, the same of witnessed ones, and the first problem with one that did not. */
  #covered = 0;
  #witnessed = 0;
  #rewritten: LedgerProblem | null = null;
  #link: string | null = null;
  #erased = 0;

  constructor(checkpoints: readonly HeldCheckpoint[]) {
    this.#checkpoints = checkpoints;
    this.#compare();
  }

  step(line: Line, rest: Iterator<Line>): LedgerProblem | null {
    const at = this.#range.size + 1;
    if (!line.ended) return problem('ledger.entry-torn', at, at, `line ${at} has no end: a crash or a cut`);
    const entry = readEntry(line.bytes);
    if ('wrong' in entry) return problem('ledger.entry-changed', at, at, `entry ${at} ${entry.wrong}`);
    if (entry.seq !== at) return this.#wrongNumber(entry, rest);
    if (entry.prev !== this.#link) return this.#wrongLink(line, rest);
    const leaf = leafHash(line.bytes);
    this.#range.append(leaf);
    this.#link = linkOf(leaf);
    if (entry.type === bodyErased) this.#erased += 1;
    this.#compare();
    return null;
  }

  missingTail(): LedgerProblem | null {
    const last = this.#checkpoints.at(-1);
    const { size } = this.#range;
    if (last === undefined || last.size <= size) return null;
    const what = `the ledger ends after entry ${size}, a ${last.from} checkpoint covers ${last.size}`;
    return problem('ledger.entries-missing', size + 1, last.size, what);
  }

  /** A changed entry that was found says more than the root that does not fit because of it. */
  found(bad: LedgerProblem | null): Found {
    const rewritten = this.#rewritten;
    const explains = (one: LedgerProblem): boolean =>
      rewritten !== null && (one.from ?? 0) >= (rewritten.from ?? 0) && (one.to ?? 0) <= (rewritten.to ?? 0);
    const problems = [rewritten !== null && bad !== null && explains(bad) ? null : rewritten, bad];
    return {
      entries: this.#range.size,
      root: this.#range.root(),
      bodiesErased: this.#erased,
      problems: problems.filter((one) => one !== null),
    };
  }

  #compare(): void {
    const { size } = this.#range;
    const here = this.#checkpoints.filter((checkpoint) => checkpoint.size === size);
    if (here.length === 0 || this.#rewritten !== null) return;
    const root = hex(this.#range.root());
    const different = here.find((checkpoint) => hex(checkpoint.root) !== root);
    if (different === undefined) {
      this.#covered = size;
      if (here.some(({ from }) => from === 'witnessed')) this.#witnessed = size;
      return;
    }
    // Whoever wrote the history anew signed checkpoints of it too: against a witness they say nothing.
    const agreed = different.from === 'witnessed' ? this.#witnessed : this.#covered;
    const from = Math.min(agreed + 1, size);
    const what = `entries ${from} to ${size} are not the ones the ${different.from} checkpoint of ${size} entries was signed over`;
    this.#rewritten = problem('ledger.history-rewritten', from, size, what);
  }

  #wrongNumber(entry: Entry, rest: Iterator<Line>): LedgerProblem {
    const at = this.#range.size + 1;
    if (entry.prev === this.#link)
      return problem('ledger.entry-changed', at, at, `entry ${at} has the number ${entry.seq}`);
    if (entry.seq < at)
      return problem('ledger.entries-reordered', at, at, `line ${at} holds entry ${entry.seq} again`);
    const later = placeOf(at, at, rest);
    return later === null
      ? problem('ledger.entries-missing', at, entry.seq - 1, `entry ${entry.seq} follows entry ${at - 1}`)
      : problem(
          'ledger.entries-reordered',
          at,
          at,
          `line ${at} holds entry ${entry.seq}; entry ${at} is on line ${later}`,
        );
  }

  #wrongLink(line: Line, rest: Iterator<Line>): LedgerProblem {
    const at = this.#range.size + 1;
    const before = at - 1;
    const changed = (entry: number): LedgerProblem =>
      problem(
        'ledger.entry-changed',
        entry,
        entry,
        `entry ${entry} is not what the entries beside it were linked to`,
      );
    if (before === 0) return problem('ledger.entry-changed', 1, 1, 'entry 1 links to an entry before it');
    if (this.#covered >= before) return changed(at);
    const next = rest.next();
    const following = next.done ? null : readEntry(next.value.bytes);
    if (following !== null && !('wrong' in following))
      return changed(following.prev === linkTo(line.bytes) ? before : at);
    return problem('ledger.entry-changed', before, at, `entry ${before} or entry ${at} was changed`);
  }
}

function placeOf(seq: number, at: number, rest: Iterator<Line>): number | null {
  let number = at;
  for (let line = rest.next(); !line.done; line = rest.next()) {
    number += 1;
    const entry = readEntry(line.value.bytes);
    if (!('wrong' in entry) && entry.seq === seq) return number;
  }
  return null;
}

function problem(code: LedgerProblem['code'], from: number, to: number, what: string): LedgerProblem {
  return { code, from, to, what };
}
