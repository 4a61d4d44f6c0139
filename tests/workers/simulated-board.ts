import { leadLost, workerOutdated } from '../../src/engine/faults.ts';
import {
  type Beat,
  type Claim,
  isOlderVersion,
  type Leading,
  type NewOffer,
  type NewWorker,
  type Offer,
  type OfferTally,
  type SeenWorker,
  type SliceOutcome,
  type WorkBoard,
} from '../../src/engine/journal/work-board.ts';
import { addCounts, noRows } from '../../src/model/index.ts';

interface Seated extends NewWorker {
  readonly joinedMs: number;
  purpose: string;
  seenMs: number;
  untilMs: number;
  left: boolean;
  done: number;
}

interface KeptClaim {
  readonly slice: number;
  state: 'open' | 'held' | 'failed' | 'done';
  worker: string | null;
  token: number | null;
  counts: OfferTally['counts'];
}

interface KeptOffer {
  offer: Offer;
  lead: number;
  closed: boolean;
  readonly claims: Map<number, KeptClaim>;
  /** Those that are not done, so that taking one of 10,000 is quick. */
  readonly todo: Set<KeptClaim>;
}

/**
 * A work board in memory, in a time that a test moves; it keeps the contract of the port. Everything happens at once: what an
 * operation costs is the simulation's matter.
 */
export class SimulatedBoard implements WorkBoard {
  readonly #nowMs: () => number;
  readonly #leaseMs: number;
  readonly #seats = new Map<string, Seated>();
  readonly #offers = new Map<string, KeptOffer>();
  #lead: { worker: string; token: number; version: string } | null = null;
  #version: string | null = null;
  readonly #held = new Map<string, Set<KeptClaim>>();
  #token = 0;

  constructor(nowMs: () => number, leaseMs: number) {
    this.#nowMs = nowMs;
    this.#leaseMs = leaseMs;
  }

  async join(worker: NewWorker): Promise<void> {
    if (this.#version !== null && isOlderVersion(worker.version, this.#version))
      throw workerOutdated(worker.version, this.#version);
    const now = this.#nowMs();
    const seat = { joinedMs: now, seenMs: now, untilMs: now + this.#leaseMs, left: false, done: 0 };
    this.#seats.set(worker.worker, { ...worker, ...seat });
  }

  async beat(worker: string): Promise<Beat | null> {
    const seat = this.#seats.get(worker);
    if (!seat || seat.left) return null;
    seat.seenMs = this.#nowMs();
    seat.untilMs = seat.seenMs + this.#leaseMs;
    const lead = this.#lead?.worker === worker ? String(this.#lead.token) : null;
    return { lead, held: [...this.#heldBy(worker)].map(({ token }) => String(token)) };
  }

  async leave(worker: string): Promise<void> {
    const seat = this.#seats.get(worker);
    if (seat) seat.left = true;
  }

  async workers(): Promise<readonly SeenWorker[]> {
    return [...this.#seats.values()].map((seat) => this.#seen(seat));
  }

  async lead(worker: string, purpose: string): Promise<Leading> {
    const seat = this.#seats.get(worker);
    const other = this.#lead?.worker;
    if (other !== undefined && other !== worker && this.#alive(other))
      return { leads: false, by: this.#seen(this.#seats.get(other) as Seated) };
    const version = seat?.version ?? '';
    if (this.#version !== null && isOlderVersion(version, this.#version))
      throw workerOutdated(version, this.#version);
    if (seat) seat.purpose = purpose;
    this.#version = version;
    this.#lead = { worker, version, token: this.#next() };
    return { leads: true, token: String(this.#lead.token) };
  }

  async nextToken(lead: string): Promise<string> {
    this.#expectLead(lead);
    return String(this.#next());
  }

  async offer(lead: string, { slices, ...offer }: NewOffer): Promise<void> {
    this.#expectLead(lead);
    const place = JSON.stringify([offer.run, offer.step]);
    const kept = this.#offers.get(place) ?? {
      offer,
      lead: 0,
      closed: false,
      claims: new Map<number, KeptClaim>(),
      todo: new Set<KeptClaim>(),
    };
    Object.assign(kept, { offer, lead: Number(lead), closed: false });
    this.#offers.set(place, kept);
    if (slices === null) return;
    const wanted = new Set(slices);
    for (const [slice, claim] of kept.claims)
      if (!wanted.has(slice)) {
        kept.claims.delete(slice);
        kept.todo.delete(claim);
        this.#letGo(claim);
      }
    for (const slice of slices) {
      const claim = kept.claims.get(slice) ?? {
        slice,
        state: 'open',
        worker: null,
        token: null,
        counts: noRows,
      };
      if (claim.state !== 'held') claim.state = 'open';
      kept.claims.set(slice, claim);
      kept.todo.add(claim);
    }
  }

  async close(lead: string, run: string, step: string): Promise<void> {
    this.#expectLead(lead);
    const kept = this.#offers.get(JSON.stringify([run, step]));
    if (kept) kept.closed = true;
  }

  async offers(): Promise<readonly Offer[]> {
    return [...this.#offers.values()].filter((kept) => this.#isOpen(kept)).map(({ offer }) => offer);
  }

  async claim(worker: string, { run, step }: Pick<Offer, 'run' | 'step'>): Promise<Claim | null> {
    const kept = this.#offers.get(JSON.stringify([run, step]));
    if (kept === undefined || !this.#isOpen(kept) || !this.#alive(worker)) return null;
    const { atOnceMax } = kept.offer;
    const held = atOnceMax === null ? 0 : [...kept.todo].filter(({ state }) => state === 'held').length;
    const found = this.#takable(kept, worker, atOnceMax !== null && held >= atOnceMax);
    if (found === undefined) return null;
    const again = found.token !== null;
    const token = this.#next();
    this.#letGo(found);
    Object.assign(found, { state: 'held', worker, token });
    this.#heldBy(worker).add(found);
    return { run, step, slice: found.slice, worker, token: String(token), again };
  }

  #takable(kept: KeptOffer, worker: string, full: boolean): KeptClaim | undefined {
    for (const claim of kept.todo) {
      const free =
        claim.state === 'open' ||
        (claim.state === 'failed' && this.#lead?.worker === worker) ||
        (claim.state === 'held' && !this.#alive(claim.worker ?? ''));
      if (free && (!full || claim.state === 'held')) return claim;
    }
    return undefined;
  }

  async settle({ run, step, slice, token }: Claim, outcome: SliceOutcome): Promise<boolean> {
    const kept = this.#offers.get(JSON.stringify([run, step]));
    const claim = kept?.claims.get(slice);
    if (kept === undefined || claim?.state !== 'held' || String(claim.token) !== token) return false;
    this.#letGo(claim);
    claim.state = ({ done: 'done', 'given-back': 'open', failed: 'failed' } as const)[outcome.kind];
    if (outcome.kind !== 'done') return true;
    claim.counts = outcome.counts;
    kept.todo.delete(claim);
    const seat = this.#seats.get(claim.worker ?? '');
    if (seat) seat.done += 1;
    return true;
  }

  async tally(run: string, step: string): Promise<OfferTally> {
    const tally = { open: 0, held: 0, abandoned: 0, failed: 0, done: 0, counts: noRows };
    for (const claim of this.#offers.get(JSON.stringify([run, step]))?.claims.values() ?? []) {
      if (claim.state === 'held') tally[this.#alive(claim.worker ?? '') ? 'held' : 'abandoned'] += 1;
      else tally[claim.state] += 1;
      if (claim.state === 'done') tally.counts = addCounts(tally.counts, claim.counts);
    }
    return tally;
  }

  /** Its lease runs out. */
  silence(worker: string): void {
    const seat = this.#seats.get(worker);
    if (seat) seat.untilMs = this.#nowMs() - 1;
  }

  #next(): number {
    this.#token += 1;
    return this.#token;
  }

  #alive(worker: string): boolean {
    const seat = this.#seats.get(worker);
    return seat !== undefined && !seat.left && seat.untilMs > this.#nowMs();
  }

  #isOpen({ closed, lead }: KeptOffer): boolean {
    return !closed && this.#lead !== null && lead === this.#lead.token && this.#alive(this.#lead.worker);
  }

  #expectLead(lead: string): void {
    if (this.#lead === null || String(this.#lead.token) !== lead) throw leadLost();
  }

  #heldBy(worker: string): Set<KeptClaim> {
    const held = this.#held.get(worker) ?? new Set();
    this.#held.set(worker, held);
    return held;
  }

  #letGo(claim: KeptClaim): void {
    if (claim.worker !== null) this.#held.get(claim.worker)?.delete(claim);
  }

  #seen(seat: Seated): SeenWorker {
    const { worker, host, pid, version, purpose, joinedMs, seenMs, left, done } = seat;
    const holds = [...this.#offers.values()].flatMap(({ offer, claims }) =>
      [...claims.values()].flatMap((claim) =>
        claim.state === 'held' && claim.worker === worker ? [`${offer.step} ${claim.slice}`] : [],
      ),
    );
    return {
      worker,
      host,
      pid,
      version,
      purpose,
      holds,
      joinedAt: new Date(joinedMs).toISOString(),
      seenAt: new Date(seenMs).toISOString(),
      state: left ? 'gone' : this.#alive(worker) ? 'here' : 'silent',
      leads: this.#lead?.worker === worker && !left,
      slicesDone: done,
    };
  }
}
