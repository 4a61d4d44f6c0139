import { type EntrySummary, type Journal } from '../../../src/engine/index.ts';
import { entries } from '../../../src/engine/journal/journal.contract.ts';
import type { SlicePlan } from '../../../src/engine/journal/journal.ts';
import type { EntryPlace } from '../../../src/engine/journal/quarantine-entry.ts';
import type { Clock, Seal } from '../../../src/host/index.ts';
import { isGodwitError, position } from '../../../src/model/index.ts';
import { digestText } from '../digest-text.ts';
import { Draw } from '../draw.ts';
import { calm, Life } from '../life.ts';
import { JournalShelf, SimulatedJournal } from '../simulated-journal.ts';
import { WorldTime } from '../world-time.ts';

export const run = 'run-1';
export const steps = ['03-copy', '04-link', 'replay-1'] as const;

/** Nothing here is secret: the seal only has to be the same for both journals. */
export const openSeal: Seal = { seal: (plain) => plain, open: (sealed) => sealed, blind: digestText };
/** It moves with every look: a write that leaves every byte as it was is none for SQLite, and makes nothing durable. */
export function movingClock(): Clock {
  let nowMs = Date.UTC(2026, 10, 20, 10);
  return {
    now: () => {
      nowMs += 1;
      return new Date(nowMs).toISOString();
    },
    elapsedMs: () => nowMs,
    sleep: async () => undefined,
  };
}

export type JournalCall = (journal: Journal) => Promise<unknown>;

/** A journal that only promises: what every real one has to hold after the same calls. */
export function promisedJournal(): Journal {
  return new SimulatedJournal(new JournalShelf(), new Life(new WorldTime(), new Draw(1), calm));
}

export const firstCall: JournalCall = async (journal) =>
  journal.beginRun({ run, runbookId: 'sha256:one', world: 'live' });

/** What is drawn is drawn once: the call is made on both journals, and perhaps again. */
export async function drawCall(draw: Draw, promised: Journal): Promise<JournalCall> {
  const step = draw.of(steps);
  const place: EntryPlace = { run, step, slice: draw.below(3), object: 'contact', origin: '03-copy' };
  const attempt = draw.of(['a', 'b', 'c']);
  const some = entries
    .filter(() => draw.chance(0.6))
    .map((entry) => ({ ...entry, message: draw.uuid().repeat(draw.of([1, 40])) }));
  const purged = draw.chance(0.5) ? [] : [{ rule: draw.below(2), reason: 'old', count: draw.below(9) }];
  const state = draw.of(['running', 'paused', 'stopped'] as const);
  const known = await summaries(promised);
  const settled = known.filter(() => draw.chance(0.4)).map(({ id }) => id);
  const replayed = (await promised.replay(run, step)).length > 0;
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

/** Under which code the journal says no; null when it does not. */
export async function refusalOf(call: JournalCall, journal: Journal): Promise<string | null> {
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

export async function summaries(journal: Journal): Promise<readonly EntrySummary[]> {
  const found: EntrySummary[] = [];
  for await (const entry of journal.entries({})) found.push(entry);
  return found;
}
