import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type SigningKey, SqliteFile, type VerifySignature } from '../host/index.ts';
import { hex } from '../model/index.ts';
import { type Checkpoint, claimedCheckpoint, openCheckpoint } from './checkpoint.ts';
import { addCosignature } from './cosignature.ts';
import { historyForked, ledgerBusy, ledgerShrank, sawOther } from './faults.ts';
import { keepCheckpoint, keepWhole, keptCheckpoints, ledgerFolder } from './ledger-folder.ts';
import { merkleRoot } from './merkle-tree.ts';
import { verifyConsistency } from './verify-merkle-proof.ts';
import { readOffer, type WitnessOffer } from './witness-offer.ts';

/**
 * Somebody beside the ledger's owner who remembers what they saw of it: a second machine, CI, an auditor. Looks at a
 * checkpoint and the proof that it goes on from the last one, and puts its own signature beside the runner's.
 *
 * Invariants: 1. of each ledger the witness has signed one history only, and never a shorter one after a longer one. 2. what
 * it signs is on the disk before anybody gets the signature. 3. looking and keeping happen under a lock: two offers at once
 * come one after the other. 4. an offer it refuses is kept: two checkpoints of one runner that contradict each other prove it.
 */
export class Witness {
  readonly #options: WitnessOptions;

  constructor(options: WitnessOptions) {
    this.#options = options;
  }

  /**
   * The note with the witness's line. Throws `ledger.note-unreadable` (not this runner's), `ledger.saw-other` (the proof begins
   * elsewhere than where the witness stands), `ledger.shrank`, `ledger.forked`.
   */
  cosign(offerText: string): string {
    const { folder, runnerKey, origin, verify } = this.#options;
    const offer = readOffer(offerText);
    const checkpoint = openCheckpoint(offer.note, { origin, publicKey: runnerKey, verify });
    const place = ledgerFolder(join(folder, encodeURIComponent(origin)));
    mkdirSync(place.checkpoints, { recursive: true, mode: 0o700 });
    using lock = new SqliteFile(place.lock, { busyTimeoutMs: 10_000 });
    try {
      lock.run('BEGIN IMMEDIATE');
    } catch (cause) {
      throw ledgerBusy(place.lock, cause);
    }
    try {
      this.#compare(keptCheckpoints(place).at(-1) ?? null, checkpoint, offer);
    } catch (error) {
      keepWhole(
        place.folder,
        `refused-${checkpoint.size}-${hex(checkpoint.root).slice(0, 16)}.offer`,
        offerText,
      );
      throw error;
    }
    const note = this.#sign(offer.note);
    keepCheckpoint(place, checkpoint.size, note);
    return note;
  }

  /** Notes of all that this witness has signed of the ledger, the smallest first: what `verifyLedger` takes as witnessed. */
  seen(): readonly string[] {
    const { folder, origin } = this.#options;
    return keptCheckpoints(ledgerFolder(join(folder, encodeURIComponent(origin))));
  }

  #sign(note: string): string {
    const { name, key, clock } = this.#options;
    return addCosignature(note, name, key, clock.now());
  }

  #compare(last: string | null, { size, root }: Checkpoint, { old, proof }: WitnessOffer): void {
    // Whatever it is shown first it takes as it is, if it is shown from its beginning.
    const seen = last === null ? { size: 0, root: merkleRoot([]) } : claimedCheckpoint(last);
    if (size < seen.size) throw ledgerShrank(size, seen.size);
    if (size === seen.size && seen.size > 0 && hex(root) !== hex(seen.root))
      throw historyForked(seen.size, size);
    if (old !== seen.size) throw sawOther(old, seen.size);
    const consistent = verifyConsistency({
      firstSize: seen.size,
      secondSize: size,
      firstRoot: seen.root,
      secondRoot: root,
      proof,
    });
    if (!consistent) throw historyForked(seen.size, size);
  }
}

export interface WitnessOptions {
  /** Where this witness remembers; nobody else writes there. */
  readonly folder: string;
  /** Of the ledger it looks at, with its runner's key: taken from somewhere the owner's files do not reach. */
  readonly origin: string;
  readonly runnerKey: string;
  readonly verify: VerifySignature;
  /** Its own name and key. */
  readonly name: string;
  readonly key: SigningKey;
  readonly clock: Clock;
}
