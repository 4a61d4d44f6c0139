import { readKeptIds } from '../engine/index.ts';
import { type Row, recordKey } from '../model/index.ts';
import type { IdAnswer, IdMatch } from '../reports/index.ts';
import { givesKey, keyInWords, keyOutcome, keysGiven, oldRecord } from './id-by-mapping.ts';
import { type IdQuestion, type IdWorld, valuesOf, withIdWorld } from './id-world.ts';
import { keyOfTexts } from './key-of-texts.ts';
import type { Project } from './project.ts';

/** The most matches that are listed. */
export const matchesMost = 1_000;

/**
 * `godwit id <object> <source key...>`: what became of one old record. Ids that the target gave are read from where they were
 * kept with their slice. Where the mapping gives the key none are kept: then the record is looked for in the target under the
 * key that the mapping gives. Whatever more than one thing fits is listed whole; nothing is chosen.
 */
export async function findNewId(
  project: Project,
  question: IdQuestion & { readonly key: readonly string[] },
): Promise<IdAnswer> {
  return await withIdWorld(project, question, async (world) => newIdOf(world, question.key));
}

async function newIdOf(world: IdWorld, texts: readonly string[]): Promise<IdAnswer> {
  const { plan } = world;
  const key = keyOfTexts(plan.source, plan.source.identity, texts);
  const row = await oldRecord(world, key);
  // The source knows its own spelling best.
  const spelled = row === null ? key : plan.source.identity.map((name) => row[placeOf(world, name)] ?? null);
  const found = await keptFor(world, spelled);
  const entries = await openEntries(world, spelled);
  const known = { key: spelled, entries, notes: notesOf(world) };
  if (found.length > 0) return answered(world, known, await withOwnIds(world, found));
  return await withoutKept(world, known, row);
}

interface Known {
  readonly key: Row;
  readonly entries: readonly string[];
  readonly notes: readonly string[];
}

type Fate = Pick<IdAnswer, 'state' | 'text'>;

function placeOf({ plan }: IdWorld, field: string): number {
  return plan.source.fields.findIndex(({ name }) => name === field);
}

async function keptFor(world: IdWorld, key: Row): Promise<readonly IdMatch[]> {
  const matches: IdMatch[] = [];
  for (const { run } of world.runs) {
    const asked = { run, object: world.object.name, source: recordKey(key), most: matchesMost + 1 };
    for (const { step, slice, targetKey } of await readKeptIds(world.target, asked))
      matches.push({ kept: { run, step, slice }, source: key, target: targetKey, own: null });
  }
  return matches;
}

/** Ids of the open entries of one record, in every run that is asked about. */
async function openEntries({ journal, runs, object, blind }: IdWorld, key: Row): Promise<readonly string[]> {
  const digest = blind(recordKey(key));
  const found: string[] = [];
  for (const { run } of runs)
    for await (const entry of journal.entries({ run, object: object.name, state: 'open' }))
      if (entry.keyDigest === digest) found.push(entry.id);
  return found;
}

async function withoutKept(world: IdWorld, known: Known, row: Row | null): Promise<IdAnswer> {
  if (known.entries.length > 0)
    return fated(world, known, {
      state: 'quarantined',
      text: `it could not go: it is in quarantine as ${known.entries.join(', ')}`,
    });
  if (row === null)
    return fated(world, known, {
      state: 'not-there',
      text: 'the source has no such record now, and no id was kept for it',
    });
  const run = world.runs.at(-1)?.run ?? null;
  const outcome = await keyOutcome(world, row, run);
  if (outcome.kind === 'purged')
    return fated(world, known, {
      state: 'purged',
      text: `it stays behind on purpose, by rule ${outcome.rule + 1} of the mapping: ${outcome.reason}`,
    });
  const state = await copyState(world);
  if (state !== null) return fated(world, known, { state: 'not-moved', text: state });
  if (outcome.kind === 'rejected')
    return fated(world, known, {
      state: 'not-moved',
      text: `it was not moved, and as it is now it could not go: ${outcome.message}`,
    });
  if (world.plan.captureIds || !givesKey(world)) return fated(world, known, cameLater);
  return await byMapping(world, known, keysGiven(world, outcome.rows));
}

const cameLater: Fate = {
  state: 'not-moved',
  text: 'it is none of the records that were moved: it came, or got its key, after the source had been read',
};

/** Where the mapping gives the key, the record is whatever the target has under it now. */
async function byMapping(world: IdWorld, known: Known, keys: readonly Row[]): Promise<IdAnswer> {
  await using snapshot = await world.target.reads.snapshot();
  const { key: fields, target } = world.plan;
  const there = await valuesOf(snapshot, target, { fields, keys }, world.keptFields, matchesMost + 1);
  const distinct = [...new Map(there.map((found) => [recordKey(found), found])).values()];
  const matches = distinct.map((found) => ({ kept: null, source: known.key, target: found, own: null }));
  const why = `No id was kept: the mapping itself gives the key (${keyInWords(world)}), and no other object looks it up. The target was asked what it has under that key now.`;
  const notes = [...known.notes, why];
  if (matches.length > 0) return answered(world, { ...known, notes }, await withOwnIds(world, matches));
  return fated(
    world,
    { ...known, notes },
    { state: 'not-there', text: 'the target has no record with the key that the mapping gives it' },
  );
}

/** Why nothing can have been moved yet; null where the copy of the object is at its end. */
export async function copyState({ journal, runs, object }: IdWorld): Promise<string | null> {
  const run = runs.at(-1);
  if (run === undefined) return 'it was not moved yet: nothing has been run';
  if (run.state === 'undone') return `it is not moved: ${run.run} was taken back`;
  const step = (await journal.steps(run.run)).find(
    (one) => one.kind === 'copy' && one.object === object.name,
  );
  if (step?.state === 'done') return null;
  if (step === undefined) return `it was not moved yet: ${run.run} has not come to ${object.name}`;
  return `it was not moved yet: ${step.step} of ${run.run} is not at its end (${step.state})`;
}

/** Where the mapping names records by other fields than the target does, the target's own id is told, too. */
export async function withOwnIds(world: IdWorld, matches: readonly IdMatch[]): Promise<readonly IdMatch[]> {
  const { target } = world.plan;
  const fields = world.keptFields;
  if (ownFields(world) === null) return matches;
  await using snapshot = await world.target.reads.snapshot();
  const told: IdMatch[] = [];
  for (const match of matches.slice(0, matchesMost)) {
    const by = { fields, keys: [match.target] };
    const owns = await valuesOf(snapshot, target, by, target.identity, matchesMost + 1);
    if (owns.length === 0) told.push(match);
    for (const own of owns) told.push({ ...match, own });
  }
  return told;
}

/** By which the target itself knows its records; null where it knows them as the mapping does, or only by their place. */
export function ownFields({ plan, keptFields }: IdWorld): readonly string[] | null {
  const { identity, fields } = plan.target;
  const placed = fields.some(({ name, synthetic }) => synthetic && identity.includes(name));
  const same = identity.length === keptFields.length && identity.every((name) => keptFields.includes(name));
  return identity.length === 0 || placed || same ? null : identity;
}

export function notesOf({ object }: IdWorld): readonly string[] {
  if (object.each === null) return [];
  return [
    `One record of ${object.source} becomes one for each element of ${object.each.in}: the id of the first one is kept.`,
  ];
}

function answered(world: IdWorld, known: Known, matches: readonly IdMatch[]): IdAnswer {
  const waits = known.entries.length > 0;
  const notes = waits
    ? [...known.notes, `Something of it waits in quarantine: ${known.entries.join(', ')}.`]
    : known.notes;
  const one = new Set(matches.map(({ target, own }) => recordKey([target, own]))).size === 1;
  return {
    ...fated(
      world,
      { ...known, notes },
      one
        ? { state: 'found', text: `it became one record of ${world.plan.target.name}` }
        : { state: 'several', text: 'more than one record fits: all are listed, none is chosen' },
    ),
    matches: matches.slice(0, matchesMost),
    more: matches.length > matchesMost,
  };
}

function fated(world: IdWorld, { key, entries, notes }: Known, { state, text }: Fate): IdAnswer {
  const { plan, object, keptFields } = world;
  return {
    object: object.name,
    asked: 'source',
    source: { relation: plan.source.name, fields: plan.source.identity },
    target: { relation: plan.target.name, fields: keptFields },
    key,
    state,
    text,
    matches: [],
    more: false,
    entries,
    notes,
  };
}
