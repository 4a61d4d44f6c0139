import { copyFirms, copyNicknames, copyPersons, linkPersons, nicknamesOf } from './crm-mapping.ts';
import { copyLetters } from './letters.ts';
import type { OthersAtWork } from './others-at-work.ts';
import { type Commit, type SliceName, sliceKey, type Tables } from './simulated-database.ts';
import type { StormWorld } from './storm-world.ts';
import { recordsOf } from './target-view.ts';

interface Changed {
  readonly relation: string;
  readonly added: readonly number[];
  readonly altered: readonly number[];
  readonly removed: readonly number[];
}

/**
 * Checkpoint = data: at the moment of every commit the checkpoint says what the data shows, and what the counts call quarantined
 * or purged is durable already. Told by comparing the tables before and after, not by what the writer says.
 */
export function checkCommit(world: StormWorld, commit: Commit): readonly string[] {
  const { slice, kind } = commit;
  if (kind === 'others' || slice === null) return [];
  const changes = changesOf(commit);
  if (kind === 'undo') return [];
  const name = `${slice.step} ${slice.slice}`;
  const checkpoint = world.target.checkpoints.get(sliceKey(slice));
  if (!checkpoint) return [`${name} was committed without its checkpoint`];
  const { rowsRead, rowsWritten, rowsQuarantined, rowsPurged } = checkpoint.counts;
  const wrong: string[] = [];
  if (rowsRead !== rowsWritten + rowsQuarantined + rowsPurged)
    wrong.push(`${name}: ${rowsRead} read are not ${rowsWritten} + ${rowsQuarantined} + ${rowsPurged}`);
  const kept = world.journal.entriesOf(slice.run, slice.step, slice.slice).length;
  if (kept !== rowsQuarantined) wrong.push(`${name}: ${rowsQuarantined} quarantined, ${kept} in the journal`);
  const purged = purgedIn(world, slice);
  if (purged !== rowsPurged) wrong.push(`${name}: ${rowsPurged} purged, ${purged} in the journal`);
  if (changes.length > 1) wrong.push(`${name} changed ${changes.map(({ relation }) => relation).join()}`);
  const shown = changes[0] ? recordsShown(world, slice, commit, changes[0]) : 0;
  const [least, most] = rowsExpected(world, slice, rowsWritten);
  if (shown < least || shown > most) wrong.push(`${name}: ${rowsWritten} written, the data shows ${shown}`);
  return wrong;
}

/**
 * Order: at the moment of every commit, whatever a record refers to is there; also while a run is taken back, unless somebody
 * else is at work there by then: what they changed stays, and what it refers to without a rule of the target goes.
 */
export function checkParents(commit: Commit, others: OthersAtWork): readonly string[] {
  const { after, kind } = commit;
  if (kind === 'others' || (kind === 'undo' && others.came)) return [];
  if (changesOf(commit).length === 0) return [];
  const there = (name: string): ReadonlySet<string | null | undefined> =>
    new Set(recordsOf(after, name).map(({ id }) => id));
  const [firms, persons] = [there('firms'), there('persons')];
  return recordsOf(after, 'persons').flatMap(({ id = '', firm_id: firm, manager_id: manager }) => {
    return [
      ...(firm !== null && !firms.has(firm) ? [`person ${id} without firm ${firm}`] : []),
      ...(manager !== null && !persons.has(manager) ? [`person ${id} without manager ${manager}`] : []),
    ];
  });
}

function changesOf({ before, after }: Commit): readonly Changed[] {
  return [...after.keys()].flatMap((relation) => {
    const [old, now] = [recordsIn(before, relation), recordsIn(after, relation)];
    if (old === now) return [];
    const added = [...now.keys()].filter((place) => !old.has(place));
    const removed = [...old.keys()].filter((place) => !now.has(place));
    const altered = [...now].filter(([place, record]) => old.has(place) && old.get(place) !== record);
    if (added.length + removed.length + altered.length === 0) return [];
    return [{ relation, added, removed, altered: altered.map(([place]) => place) }];
  });
}

function recordsIn(tables: Tables, name: string): ReadonlyMap<number, unknown> {
  return tables.get(name)?.records ?? new Map();
}

/** Of how many records of the source the change is made. */
function recordsShown(
  world: StormWorld,
  slice: SliceName,
  { after }: Commit,
  { added, altered, relation }: Changed,
): number {
  if (originOf(world, slice) !== copyNicknames.id) return added.length + altered.length;
  const table = after.get(relation);
  return new Set(added.map((place) => table?.records.get(place)?.values[0])).size;
}

/** The least and the most that may show: a link that is null needs no write, and some people have no nicknames. */
function rowsExpected(world: StormWorld, slice: SliceName, written: number): readonly [number, number] {
  const origin = originOf(world, slice);
  if (origin === copyFirms.id || origin === copyPersons.id || origin === copyLetters.id)
    return [written, written];
  if (origin === linkPersons.id) return [0, written];
  const without = world.history.ids().filter((id) => nicknamesOf(id).length === 0).length;
  return [Math.max(0, written - without), written];
}

function originOf({ journal }: StormWorld, { run, step }: SliceName): string {
  return journal.steps.get(`${run}\0${step}`)?.origin ?? step;
}

function purgedIn({ journal }: StormWorld, { run, step, slice }: SliceName): number {
  let sum = 0;
  for (const one of journal.purged.values())
    if (one.run === run && one.step === step && one.slice === slice) sum += one.count;
  return sum;
}
