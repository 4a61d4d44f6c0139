import type { Clock, Seal, SqliteStore, SqliteValue } from '../../host/index.ts';
import type { EntryFilter, PurgedCount } from './journal.ts';
import { purgedColumns, purgedOf, summaryColumns, summaryOf } from './journal-rows.ts';
import {
  type EntryPlace,
  type EntryState,
  type EntrySummary,
  type KeptEntry,
  openEntry,
  type QuarantineEntry,
  sealEntry,
} from './quarantine-entry.ts';

/** The quarantine and the purge counts, filed by slice so that a slice written again replaces its own. */
export interface EntryShelf {
  quarantine(place: EntryPlace, attempt: string, entries: readonly QuarantineEntry[]): void;
  confirmSlice(place: EntryPlace, attempt: string, purged: readonly PurgedCount[]): void;
  purged(run: string): readonly (PurgedCount & EntryPlace)[];
  entries(filter: EntryFilter): AsyncIterable<EntrySummary>;
  openAmong(run: string, origin: string, records: readonly string[]): ReadonlySet<string>;
  entry(id: string): KeptEntry | null;
  settleEntries(ids: readonly string[], state: Exclude<EntryState, 'open'>, by: string): void;
}

export function openEntryShelf(file: SqliteStore, seal: Seal, clock: Clock): EntryShelf {
  return {
    quarantine: (place, attempt, entries) =>
      file.transaction(() => insertEntries(file, seal, clock.now(), place, attempt, entries)),
    confirmSlice: (place, attempt, purged) => confirmSlice(file, place, attempt, purged),
    purged: (run) => readPurged(file, run),
    entries: (filter) => readEntries(file, filter),
    openAmong: (run, origin, records) => openAmong(file, seal, { run, origin }, records),
    entry: (id) => readEntry(file, seal, id),
    settleEntries: (ids, state, by) => file.transaction(() => settle(file, ids, state, by)),
  };
}

function confirmSlice(
  file: SqliteStore,
  place: EntryPlace,
  attempt: string,
  purged: readonly PurgedCount[],
): void {
  const { run, step, slice } = place;
  const there = file
    .statement(
      `SELECT EXISTS (SELECT 1 FROM quarantine WHERE run = ?1 AND step = ?2 AND slice = ?3 AND attempt <> ?4)
           OR EXISTS (SELECT 1 FROM purged WHERE run = ?1 AND step = ?2 AND slice = ?3)`,
    )
    .first(run, step, slice, attempt);
  // Nearly always there is nothing to forget or to keep, and a commit costs a wait for the disk.
  if (!there?.[0] && purged.length === 0) return;
  file.transaction(() => {
    file
      .statement('DELETE FROM quarantine WHERE run = ? AND step = ? AND slice = ? AND attempt <> ?')
      .run(run, step, slice, attempt);
    file.statement('DELETE FROM purged WHERE run = ? AND step = ? AND slice = ?').run(run, step, slice);
    insertPurged(file, place, purged);
  });
}

function insertEntries(
  file: SqliteStore,
  seal: Seal,
  now: string,
  place: EntryPlace,
  attempt: string,
  entries: readonly QuarantineEntry[],
): void {
  const insert = file.statement(
    `INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', NULL, ?)`,
  );
  const { run, step, slice, object, origin } = place;
  for (const entry of entries) {
    const { id, keyDigest, sealed } = sealEntry(seal, place, entry);
    const { kind, code, field, rule } = entry;
    insert.run(
      id,
      run,
      step,
      slice,
      attempt,
      object,
      origin,
      kind,
      code,
      field,
      rule,
      keyDigest,
      sealed,
      now,
    );
  }
}

function insertPurged(file: SqliteStore, place: EntryPlace, purged: readonly PurgedCount[]): void {
  const insert = file.statement('INSERT INTO purged VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const { run, step, slice, object, origin } = place;
  for (const { rule, reason, count } of purged)
    insert.run(run, step, slice, object, origin, rule, reason, count);
}

function readPurged(file: SqliteStore, run: string): readonly (PurgedCount & EntryPlace)[] {
  const rows = file
    .statement(
      `SELECT ${purgedColumns} FROM purged WHERE run = ?
       ORDER BY step, slice, rule`,
    )
    .all(run);
  return rows.map((row) => purgedOf(run, row));
}

/** Pages by key, so that a million entries need no more memory than a thousand. */
async function* readEntries(file: SqliteStore, filter: EntryFilter): AsyncIterable<EntrySummary> {
  const wanted = Object.entries(filter).filter(([, value]) => value !== undefined);
  const conditions = wanted.map(([name]) => `q.${name} = ?`);
  const page = file.statement(
    `SELECT ${summaryColumns}, r.started_at FROM quarantine q JOIN runs r USING (run)
     WHERE (r.started_at, q.run, q.step, q.slice, q.id) > (?, ?, ?, ?, ?)
     ${conditions.map((condition) => `AND ${condition}`).join(' ')}
     ORDER BY r.started_at, q.run, q.step, q.slice, q.id LIMIT 1000`,
  );
  let last: SqliteValue[] = ['', '', '', -1, ''];
  for (;;) {
    const rows = page.all(...last, ...wanted.map(([, value]) => value as SqliteValue));
    for (const row of rows) yield summaryOf(row);
    const final = rows.at(-1);
    if (!final) return;
    last = [final[14] ?? null, final[1] ?? null, final[2] ?? null, final[3] ?? null, final[0] ?? null];
  }
}

/** Nearly always there is none at all, and a digest for every record would cost more than the look. */
function openAmong(
  file: SqliteStore,
  seal: Seal,
  { run, origin }: Pick<EntryPlace, 'run' | 'origin'>,
  records: readonly string[],
): ReadonlySet<string> {
  const open = `SELECT 1 FROM quarantine WHERE run = ? AND origin = ? AND state = 'open'`;
  if (!file.statement(`${open} LIMIT 1`).first(run, origin)) return new Set();
  const known = file.statement(`${open} AND key_digest = ? LIMIT 1`);
  return new Set(records.filter((record) => known.first(run, origin, seal.blind(record))));
}

function readEntry(file: SqliteStore, seal: Seal, id: string): KeptEntry | null {
  const row = file.statement(`SELECT ${summaryColumns}, q.sealed FROM quarantine q WHERE q.id = ?`).first(id);
  if (!row) return null;
  const summary = summaryOf(row);
  return { ...summary, entry: openEntry(seal, summary, row[14] as Uint8Array) };
}

function settle(file: SqliteStore, ids: readonly string[], state: EntryState, by: string): void {
  const update = file.statement(
    `UPDATE quarantine SET state = ?, settled_by = ? WHERE id = ? AND state = 'open'`,
  );
  for (const id of ids) update.run(state, by, id);
}
