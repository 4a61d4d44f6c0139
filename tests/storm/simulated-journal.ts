import { planMismatch, runChanged, runUnknown } from '../../src/engine/faults.ts';
import type {
  EntryFilter,
  EntrySummary,
  Journal,
  JournalRun,
  JournalStep,
  KeptEntry,
  PurgedCount,
  QuarantineEntry,
  RunState,
  StepState,
} from '../../src/engine/index.ts';
import type { NewRun, NewStep, SlicePlan } from '../../src/engine/journal/journal.ts';
import type { EntryPlace, EntryState } from '../../src/engine/journal/quarantine-entry.ts';
import { digestText } from './digest-text.ts';
import type { Life } from './life.ts';

interface FiledEntry {
  readonly kept: KeptEntry;
  readonly attempt: string;
}

type FiledStep = JournalStep & { readonly run: string };

/** What a made-up journal holds when no process is there. */
export class JournalShelf {
  readonly runs: Map<string, JournalRun> = new Map();
  readonly steps: Map<string, FiledStep> = new Map();
  readonly plans: Map<string, SlicePlan> = new Map();
  readonly entries: Map<string, FiledEntry> = new Map();
  readonly purged: Map<string, PurgedCount & EntryPlace> = new Map();
  readonly digests: Map<string, Map<number, string>> = new Map();
  readonly replays: Map<string, readonly (readonly string[])[]> = new Map();
  /** Whether the disk it is on takes anything more. */
  full = false;

  entriesOf(run: string, step: string, slice: number): readonly FiledEntry[] {
    return [...this.entries.values()].filter(
      ({ kept }) => kept.run === run && kept.step === step && kept.slice === slice,
    );
  }
}

/** What the file of a journal says when its disk is full: an error of the machine, not one of godwit. */
export class JournalFull extends Error {}

/**
 * A journal that keeps the contract of its port, in memory, for tests that need thousands of them: `journalContract` holds it to
 * what every real one keeps. A call is one effect: there whole or not at all, and durable when it is.
 */
export class SimulatedJournal implements Journal {
  readonly #shelf: JournalShelf;
  readonly #life: Life;

  constructor(shelf: JournalShelf, life: Life) {
    this.#shelf = shelf;
    this.#life = life;
  }

  async runs(): Promise<readonly JournalRun[]> {
    return this.#read('runs', () => [...this.#shelf.runs.values()].sort(byStart));
  }

  async beginRun(run: NewRun): Promise<JournalRun> {
    return this.#write('beginRun', () => {
      const known = this.#shelf.runs.get(run.run);
      if (known && known.runbookId !== run.runbookId)
        throw runChanged(run.run, known.runbookId, run.runbookId);
      const now = this.#now();
      const begun = known ?? { ...run, state: 'running', code: null, startedAt: now, changedAt: now };
      this.#shelf.runs.set(run.run, begun);
      return begun;
    });
  }

  async setRunState(run: string, state: RunState, code: string | null): Promise<void> {
    await this.#write('setRunState', () => {
      const known = this.#shelf.runs.get(run);
      if (!known) throw runUnknown(run);
      this.#shelf.runs.set(run, { ...known, state, code, changedAt: this.#now() });
    });
  }

  async steps(run: string): Promise<readonly JournalStep[]> {
    return this.#read('steps', () =>
      [...this.#shelf.steps.values()]
        .filter((step) => step.run === run)
        .map(({ run: _run, ...step }) => step),
    );
  }

  async beginStep(run: string, step: NewStep): Promise<{ step: JournalStep; fresh: boolean }> {
    return this.#write('beginStep', () => {
      if (!this.#shelf.runs.has(run)) throw runUnknown(run);
      const name = named(run, step.step);
      const known = this.#shelf.steps.get(name);
      const now = this.#now();
      const begun = known ?? {
        ...step,
        run,
        planned: null,
        state: 'started',
        code: null,
        startedAt: now,
        changedAt: now,
      };
      this.#shelf.steps.set(name, begun);
      return { step: begun, fresh: !known };
    });
  }

  async setStepState(run: string, step: string, state: StepState, code: string | null): Promise<void> {
    await this.#write('setStepState', () => this.#change(run, step, { state, code }));
  }

  async plan(run: string, step: string): Promise<SlicePlan | null> {
    return this.#read('plan', () => this.#shelf.plans.get(named(run, step)) ?? null);
  }

  async savePlan(run: string, step: string, plan: SlicePlan): Promise<void> {
    await this.#write('savePlan', () => {
      if (this.#shelf.plans.has(named(run, step)) || !this.#shelf.steps.has(named(run, step)))
        throw planMismatch(step, 'it has a plan, or there is no such step');
      const { rowsSource, position, slices } = plan;
      this.#change(run, step, { planned: { rowsSource, position, slices: slices.length } });
      this.#shelf.plans.set(named(run, step), plan);
    });
  }

  async quarantine(place: EntryPlace, attempt: string, entries: readonly QuarantineEntry[]): Promise<void> {
    await this.#write('quarantine', () => {
      for (const entry of entries) {
        const { kind, code, field, rule } = entry;
        const keyDigest = digestText(entry.key ?? entry.where);
        const id = digestText(JSON.stringify([place.run, place.step, keyDigest]));
        const filed = { ...place, id, kind, code, field, rule, keyDigest };
        const kept = { ...filed, state: 'open', settledBy: null, at: this.#now(), entry } as const;
        this.#shelf.entries.set(id, { kept, attempt });
      }
    });
  }

  async confirmSlice(place: EntryPlace, attempt: string, purged: readonly PurgedCount[]): Promise<void> {
    await this.#write('confirmSlice', () => {
      const { run, step, slice } = place;
      for (const filed of this.#shelf.entriesOf(run, step, slice))
        if (filed.attempt !== attempt) this.#shelf.entries.delete(filed.kept.id);
      for (const [name, known] of this.#shelf.purged)
        if (known.run === run && known.step === step && known.slice === slice)
          this.#shelf.purged.delete(name);
      for (const one of purged)
        this.#shelf.purged.set(named(run, step, slice, one.rule), { ...place, ...one });
    });
  }

  async purged(run: string): Promise<readonly (PurgedCount & EntryPlace)[]> {
    return this.#read('purged', () => [...this.#shelf.purged.values()].filter((one) => one.run === run));
  }

  async saveDigest(run: string, step: string, slice: number, digest: string): Promise<void> {
    await this.#write('saveDigest', () => {
      const known = this.#shelf.digests.get(named(run, step)) ?? new Map<number, string>();
      this.#shelf.digests.set(named(run, step), known.set(slice, digest));
    });
  }

  async digests(run: string, step: string): Promise<ReadonlyMap<number, string>> {
    return this.#read('digests', () => new Map(this.#shelf.digests.get(named(run, step))));
  }

  async *entries(filter: EntryFilter): AsyncGenerator<EntrySummary> {
    const wanted = Object.entries(filter).filter(([, value]) => value !== undefined);
    const found = await this.#read('entries', () =>
      [...this.#shelf.entries.values()]
        .map(({ kept }) => kept)
        .filter((kept) => wanted.every(([name, value]) => kept[name as keyof EntrySummary] === value))
        .sort((a, b) => this.#compare(a, b)),
    );
    for (const { entry: _sealed, ...summary } of found) yield summary;
  }

  async entry(id: string): Promise<KeptEntry | null> {
    return this.#read('entry', () => this.#shelf.entries.get(id)?.kept ?? null);
  }

  async settleEntries(ids: readonly string[], state: Exclude<EntryState, 'open'>, by: string): Promise<void> {
    await this.#write('settleEntries', () => {
      for (const id of ids) {
        const filed = this.#shelf.entries.get(id);
        if (filed?.kept.state !== 'open') continue;
        this.#shelf.entries.set(id, { ...filed, kept: { ...filed.kept, state, settledBy: by } });
      }
    });
  }

  async openAmong(run: string, origin: string, records: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#read('openAmong', () => {
      const open = new Set<string>();
      for (const { kept } of this.#shelf.entries.values())
        if (kept.run === run && kept.origin === origin && kept.state === 'open') open.add(kept.keyDigest);
      return new Set(records.filter((record) => open.has(digestText(record))));
    });
  }

  async saveReplay(run: string, step: string, slices: readonly (readonly string[])[]): Promise<void> {
    await this.#write('saveReplay', () => this.#shelf.replays.set(named(run, step), slices));
  }

  async replay(run: string, step: string): Promise<readonly (readonly string[])[]> {
    return this.#read('replay', () => this.#shelf.replays.get(named(run, step)) ?? []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What was written is durable: there is nothing to close.
  }

  #change(run: string, step: string, changed: Partial<JournalStep>): void {
    const known = this.#shelf.steps.get(named(run, step));
    if (!known) throw runUnknown(run);
    this.#shelf.steps.set(named(run, step), { ...known, ...changed, changedAt: this.#now() });
  }

  #compare(a: EntrySummary, b: EntrySummary): number {
    const [of, other] = [a, b].map(({ run }) => this.#shelf.runs.get(run)?.startedAt ?? '');
    return (
      compare(of ?? '', other ?? '') ||
      compare(a.run, b.run) ||
      compare(a.step, b.step) ||
      a.slice - b.slice ||
      compare(a.id, b.id)
    );
  }

  async #read<Result>(name: string, effect: () => Result): Promise<Result> {
    return this.#life.call({ name: `journal.${name}`, side: 'journal' }, effect);
  }

  async #write<Result>(name: string, effect: () => Result): Promise<Result> {
    return this.#life.call({ name: `journal.${name}`, side: 'journal' }, () => {
      if (this.#shelf.full) throw new JournalFull('database or disk is full');
      return effect();
    });
  }

  #now(): string {
    return this.#life.clock.now();
  }
}

function named(...parts: readonly (string | number)[]): string {
  return parts.join('\0');
}

function byStart(a: JournalRun, b: JournalRun): number {
  return compare(a.startedAt, b.startedAt) || compare(a.run, b.run);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
