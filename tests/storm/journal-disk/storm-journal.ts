import { type EntrySummary, type Journal, openSqliteJournal } from '../../../src/engine/index.ts';
import { entries } from '../../../src/engine/journal/journal.contract.ts';
import type { SlicePlan } from '../../../src/engine/journal/journal.ts';
import type { EntryPlace } from '../../../src/engine/journal/quarantine-entry.ts';
import type { Clock, Seal, SqliteStore } from '../../../src/host/index.ts';
import { isGodwitError, position } from '../../../src/model/index.ts';
import { digestText } from '../digest-text.ts';
import { Draw } from '../draw.ts';
import { calm, Life } from '../life.ts';
import { JournalShelf, SimulatedJournal } from '../simulated-journal.ts';
import { WorldTime } from '../world-time.ts';
import { type DiskEnd, SimulatedDisk } from './simulated-disk.ts';
import { type loadSqlite, WasmSqlite } from './wasm-sqlite.ts';

const run = 'run-1';
const steps = ['03-copy', '04-link', 'replay-1'] as const;
const path = '/journal.sqlite';

/** Nothing here is secret: the seal only has to be the same for both journals. */
const openSeal: Seal = { seal: (plain) => plain, open: (sealed) => sealed, blind: digestText };
const clock: Clock = {
  now: () => '2026-11-20T10:00:00.000Z',
  elapsedMs: () => 0,
  sleep: async () => undefined,
};

type JournalCall = (journal: Journal) => Promise<unknown>;

export interface JournalStormOutcome {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly calls: number;
  readonly powerCuts: number;
  readonly kills: number;
  readonly fullDisks: number;
}

/**
 * The SQLite journal itself on a simulated disk, held against the simulated one: what was promised is there after every power
 * cut and every kill, and of the call they cut off all or nothing; a full disk takes nothing away.
 *
 * @param weaken what a test changes in the statements of the journal, to see that it is noticed
 */
export async function stormJournal(
  sqlite: Awaited<ReturnType<typeof loadSqlite>>,
  seed: number,
  weaken: (sql: string) => string = (sql) => sql,
): Promise<JournalStormOutcome> {
  const draw = new Draw(seed);
  const disk = new SimulatedDisk(`disk-${seed}`, draw.branch());
  sqlite.registerVFS(disk, false);
  return new JournalStorm(seed, draw, disk, () => weakened(new WasmSqlite(sqlite, disk, path), weaken)).run();
}

function weakened(file: WasmSqlite, weaken: (sql: string) => string): SqliteStore {
  return {
    run: (sql) => file.run(weaken(sql)),
    statement: (sql) => file.statement(sql),
    transaction: (work) => file.transaction(work),
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

class JournalStorm {
  readonly #seed: number;
  readonly #draw: Draw;
  readonly #disk: SimulatedDisk;
  readonly #openFile: () => SqliteStore;
  /** What was promised, and what may be known of the call that was cut off. */
  readonly #promised: Journal = new SimulatedJournal(
    new JournalShelf(),
    new Life(new WorldTime(), new Draw(1), calm),
  );
  readonly #violations: string[] = [];
  readonly #told = { calls: 0, powerCuts: 0, kills: 0, fullDisks: 0 };
  #journal: Journal | null = null;
  #next: DiskEnd = 'kill';

  constructor(seed: number, draw: Draw, disk: SimulatedDisk, openFile: () => SqliteStore) {
    this.#seed = seed;
    this.#draw = draw;
    this.#disk = disk;
    this.#openFile = openFile;
  }

  async run(): Promise<JournalStormOutcome> {
    for (const journal of [(this.#journal = this.#open()), this.#promised])
      await journal.beginRun({ run, runbookId: 'sha256:one', world: 'live' });
    for (let left = this.#draw.between(5, 40); left > 0 && this.#violations.length === 0; left -= 1) {
      await this.#brew();
      await this.#one(await this.#drawCall());
    }
    this.#disk.full = false;
    await this.#compare('at the end', null);
    await this.#journal?.[Symbol.asyncDispose]();
    return { seed: this.#seed, violations: this.#violations, ...this.#told };
  }

  /** What comes over the next call, or one of those behind it. */
  async #brew(): Promise<void> {
    if (this.#draw.chance(0.1)) await this.#closeQuietly();
    this.#disk.full = this.#draw.chance(0.1);
    if (!this.#draw.chance(0.25)) return;
    this.#next = this.#draw.chance(0.6) ? 'power-cut' : 'kill';
    this.#disk.endAfter(this.#draw.between(1, 40), this.#next);
  }

  /** The call on the disk, and then on the journal that only promises. */
  async #one(call: JournalCall): Promise<void> {
    this.#told.calls += 1;
    try {
      this.#journal ??= this.#open();
      await call(this.#journal);
    } catch (error) {
      await this.#failed(error, call);
      return;
    }
    await call(this.#promised).catch(() => undefined);
    if (this.#disk.ended) await this.#failed(null, null);
  }

  async #failed(error: unknown, call: JournalCall | null): Promise<void> {
    if (this.#disk.ended) {
      await this.#closeQuietly();
      this.#disk.restart();
      this.#disk.full = false;
      this.#told[this.#next === 'kill' ? 'kills' : 'powerCuts'] += 1;
      await this.#compare('after an end', call);
      if (this.#violations.length === 0) await this.#makeFast();
    } else if (this.#disk.full) {
      this.#told.fullDisks += 1;
      this.#disk.full = false;
      await this.#compare('after a full disk', call);
    } else if (isGodwitError(error)) {
      // Both say no to it, for the same reason.
      const refused = call && (await refusalOf(call, this.#promised));
      if (refused !== error.code) this.#violations.push(`refused with ${error.code}, not with ${refused}`);
    } else this.#violations.push(`failed: ${String(error)}`);
  }

  /**
   * What a killed process was not promised may be there for the next one and lie in the machine's memory only. The engine writes
   * before it acts on what it read (`run-step.ts`), and the first write makes all of it durable.
   */
  async #makeFast(): Promise<void> {
    for (const journal of [this.#journal, this.#promised]) await journal?.setRunState(run, 'running', null);
  }

  #open(): Journal {
    return openSqliteJournal({ path, seal: openSeal, clock, openFile: this.#openFile });
  }

  /** What the end has left open cannot always be closed. */
  async #closeQuietly(): Promise<void> {
    const journal = this.#journal;
    this.#journal = null;
    try {
      await journal?.[Symbol.asyncDispose]();
    } catch (error) {
      if (!this.#disk.ended && !this.#disk.full) throw error;
    }
  }

  /** @param call that was cut off: all of it may be there, or nothing */
  async #compare(when: string, call: JournalCall | null): Promise<void> {
    const found = await this.#found();
    const before = await contentOf(this.#promised);
    if (found === before) return;
    await call?.(this.#promised).catch(() => undefined);
    const behind = await contentOf(this.#promised);
    if (found === behind) return;
    this.#violations.push(`${when}: ${firstDifference(found, before)}; ${firstDifference(found, behind)}`);
  }

  /** What is there; an end that comes while it is read is one more. */
  async #found(): Promise<string> {
    try {
      this.#journal ??= this.#open();
      return await contentOf(this.#journal);
    } catch (error) {
      if (!this.#disk.ended) return `it cannot be read: ${String(error)}`;
      await this.#closeQuietly();
      this.#disk.restart();
      return this.#found();
    }
  }

  /** What is drawn is drawn once: the call is made on both journals, and perhaps again. */
  async #drawCall(): Promise<JournalCall> {
    const draw = this.#draw;
    const step = draw.of(steps);
    const place: EntryPlace = { run, step, slice: draw.below(3), object: 'contact', origin: '03-copy' };
    const attempt = draw.of(['a', 'b', 'c']);
    const some = entries
      .filter(() => draw.chance(0.6))
      .map((entry) => ({ ...entry, message: draw.uuid().repeat(draw.of([1, 40])) }));
    const purged = draw.chance(0.5) ? [] : [{ rule: draw.below(2), reason: 'old', count: draw.below(9) }];
    const state = draw.of(['running', 'paused', 'stopped'] as const);
    const known = await summaries(this.#promised);
    const settled = known.filter(() => draw.chance(0.4)).map(({ id }) => id);
    const replayed = (await this.#promised.replay(run, step)).length > 0;
    const kind = step === 'replay-1' ? 'replay' : 'copy';
    const calls: readonly JournalCall[] = [
      async (journal) => journal.setRunState(run, state, null),
      async (journal) => journal.beginStep(run, { step, kind, object: 'contact', origin: '03-copy' }),
      async (journal) => journal.setStepState(run, step, 'paused', 'rule.errors'),
      async (journal) => journal.savePlan(run, step, plan),
      async (journal) => journal.quarantine(place, attempt, some),
      async (journal) => journal.confirmSlice(place, attempt, purged),
      async (journal) => journal.saveDigest(run, step, place.slice, attempt),
      async (journal) => journal.settleEntries(settled, 'superseded', 'replay-1'),
      async (journal) => (replayed ? undefined : journal.saveReplay(run, step, [['w', ...settled], ['x']])),
    ];
    return draw.of(calls);
  }
}

/** Under which code the journal says no; null when it does not. */
async function refusalOf(call: JournalCall, journal: Journal): Promise<string | null> {
  try {
    await call(journal);
    return null;
  } catch (error) {
    return isGodwitError(error) ? error.code : String(error);
  }
}

const plan: SlicePlan = {
  slices: Array.from({ length: 20 }, (_nothing, number) => ({
    number,
    after: number === 0 ? null : [String(number)],
    upTo: number === 19 ? null : [String(number + 1)],
    rowsEstimate: 1,
  })),
  rowsSource: '20',
  position: position('7'),
};

async function summaries(journal: Journal): Promise<readonly EntrySummary[]> {
  const found: EntrySummary[] = [];
  for await (const entry of journal.entries({})) found.push(entry);
  return found;
}

/** All that a journal can be asked, without when it was. */
async function contentOf(journal: Journal): Promise<string> {
  const content: unknown[] = [
    await journal.runs(),
    await journal.steps(run),
    (await journal.purged(run)).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  ];
  for (const step of steps)
    content.push(
      await journal.plan(run, step),
      await journal.replay(run, step),
      [...(await journal.digests(run, step))].sort(([a], [b]) => a - b),
    );
  for (const { id } of await summaries(journal)) content.push(await journal.entry(id));
  return content.map((part) => JSON.stringify(part, sameShape)).join('\n');
}

/** Fields by name, and no times: the two journals have clocks of their own. */
function sameShape(name: string, value: unknown): unknown {
  if (name === 'startedAt' || name === 'changedAt' || name === 'at') return undefined;
  if (value === null || typeof value !== 'object' || Array.isArray(value) || ArrayBuffer.isView(value))
    return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function firstDifference(found: string, promised: string): string {
  const [these, those] = [found.split('\n'), promised.split('\n')];
  const at = those.findIndex((line, place) => line !== these[place]);
  return `found ${these[at]?.slice(0, 200)}, promised ${those[at]?.slice(0, 200)} (${these.length} and ${those.length} parts)`;
}
