import type { KeptId } from '../connectors/index.ts';
import { readKeptIds } from '../engine/index.ts';
import { isGodwitError, keyValues, type RecordKey, type Row, recordKey } from '../model/index.ts';
import type { IdAnswer, IdMatch } from '../reports/index.ts';
import { copyState, matchesMost, notesOf, ownFields } from './find-new-id.ts';
import {
  fieldsWithOldKey,
  givesKey,
  keyInWords,
  keyOutcome,
  keysGiven,
  oldRecord,
  sameKey,
} from './id-by-mapping.ts';
import { type IdQuestion, type IdWorld, valuesOf, withIdWorld } from './id-world.ts';
import { keyOfTexts } from './key-of-texts.ts';
import type { Project } from './project.ts';

/**
 * `godwit id <object> --target <id>`: which old record became this one. Where old keys are kept as keyed digests, the slice that
 * brought the record is read from the source again, and the record whose key has that digest is the one.
 */
export async function findOldKey(
  project: Project,
  question: IdQuestion & { readonly target: readonly string[] },
): Promise<IdAnswer> {
  return await withIdWorld(project, question, async (world) => oldKeyOf(world, question.target));
}

async function oldKeyOf(world: IdWorld, texts: readonly string[]): Promise<IdAnswer> {
  const asked = await askedIds(world, texts);
  const matches = await keptFor(world, asked.candidates);
  const lost = matches.some((match) => match.source === null);
  const notes = [...notesOf(world), ...(lost ? [digestOnly(world)] : [])];
  const answer = answerTo(world, asked.given, notes);
  if (matches.length > 0) return answer(told(world, matches), matches);
  const state = await copyState(world);
  if (state !== null) return answer({ state: 'not-moved', text: state.replace(/^it/u, 'no old record') }, []);
  if (world.plan.captureIds || !givesKey(world))
    return answer({ state: 'not-there', text: 'no run kept this id: no old record became this one' }, []);
  return await byMapping(world, asked, answer);
}

type Answer = (
  fate: Pick<IdAnswer, 'state' | 'text'>,
  matches: readonly IdMatch[],
  note?: string,
) => IdAnswer;

interface AskedTarget {
  readonly given: Row;
  /** The same record, by the fields by which ids are kept. */
  readonly candidates: readonly Row[];
}

/** The id may be the one by which ids are kept, or the target's own where that is another one. */
async function askedIds(world: IdWorld, texts: readonly string[]): Promise<AskedTarget> {
  const { keptFields, plan } = world;
  const { target } = plan;
  const own = ownFields(world);
  if (own?.length !== texts.length) {
    const given = keyOfTexts(target, keptFields, texts);
    return { given, candidates: [given] };
  }
  const kept = readable(world, keptFields, texts);
  const ownKey = kept === null ? keyOfTexts(target, own, texts) : readable(world, own, texts);
  await using snapshot = await world.target.reads.snapshot();
  const by = { fields: own, keys: ownKey === null ? [] : [ownKey] };
  const named = await valuesOf(snapshot, target, by, keptFields, matchesMost);
  const all = new Map([...(kept === null ? [] : [kept]), ...named].map((key) => [recordKey(key), key]));
  return { given: kept ?? ownKey ?? [], candidates: [...all.values()] };
}

/** Null where the texts cannot be a key of these fields: then they are the other one. */
function readable({ plan }: IdWorld, fields: readonly string[], texts: readonly string[]): Row | null {
  try {
    return keyOfTexts(plan.target, fields, texts);
  } catch (error) {
    if (isGodwitError(error, 'project.key-unfit')) return null;
    throw error;
  }
}

async function keptFor(world: IdWorld, candidates: readonly Row[]): Promise<readonly IdMatch[]> {
  const matches: IdMatch[] = [];
  for (const { run } of world.runs)
    for (const target of candidates) {
      const asked = { run, object: world.object.name, target, most: matchesMost + 1 };
      for (const kept of await readKeptIds(world.target, asked))
        matches.push({
          kept: { run, step: kept.step, slice: kept.slice },
          source: await oldKey(world, run, kept),
          target: kept.targetKey,
          own: null,
        });
    }
  return matches;
}

async function oldKey(world: IdWorld, run: string, kept: KeptId): Promise<Row | null> {
  if (kept.source.kind === 'key') return keyValues(kept.source.key);
  for await (const key of keysOfSlice(world, run, kept)) if (kept.source.is(recordKey(key))) return key;
  return null;
}

/** The keys of the records of one slice as the source has them now, or of the entries that a replay repeated in it. */
async function* keysOfSlice(
  { journal, source, plan }: IdWorld,
  run: string,
  { step, slice }: KeptId,
): AsyncGenerator<Row> {
  for (const id of (await journal.replay(run, step))[slice] ?? []) {
    const key: RecordKey | null = (await journal.entry(id))?.entry.key ?? null;
    if (key !== null) yield keyValues(key);
  }
  const range = (await journal.plan(run, step))?.slices.find(({ number }) => number === slice);
  if (range === undefined) return;
  for await (const { fields, rows } of source.read(plan.source, range)) {
    const places = plan.source.identity.map((name) => fields.indexOf(name));
    for (const row of rows) yield places.map((at) => row[at] ?? null);
  }
}

function told({ plan }: IdWorld, matches: readonly IdMatch[]): Pick<IdAnswer, 'state' | 'text'> {
  const [only] = matches;
  if (new Set(matches.map(({ source }) => recordKey([source]))).size > 1)
    return { state: 'several', text: 'more than one old record fits: all are listed, none is chosen' };
  if (only?.source === null)
    return { state: 'not-kept', text: 'it was moved, and which old record it was cannot be told any more' };
  return { state: 'found', text: `it was one record of ${plan.source.name}` };
}

function digestOnly({ plan }: IdWorld): string {
  return `Beside this target old keys are kept as keyed digests only. No record that ${plan.source.name} has now in the slice has that digest: it was deleted there, or its key was changed.`;
}

/** Nothing was kept: the old key can be told where the target holds it as it was, and is believed where it leads back there. */
async function byMapping(world: IdWorld, asked: AskedTarget, answer: Answer): Promise<IdAnswer> {
  const { plan, keptFields } = world;
  const why = `No id was kept: the mapping itself gives the key (${keyInWords(world)}), and no other object looks it up.`;
  const fields = fieldsWithOldKey(world);
  if (fields === null)
    return answer(
      { state: 'not-kept', text: 'which old record it was cannot be told from the target' },
      [],
      `${why} No fields of the target hold the old key as it was. \`godwit id ${plan.object} <${plan.source.identity.join('> <')}>\` tells what became of an old record.`,
    );
  await using snapshot = await world.target.reads.snapshot();
  const by = { fields: keptFields, keys: asked.candidates };
  const wanted = [...fields, ...plan.key, ...keptFields];
  const there = await valuesOf(snapshot, plan.target, by, wanted, matchesMost + 1);
  const matches: IdMatch[] = [];
  for (const values of there) {
    const behind = fields.length + plan.key.length;
    const old = await leadingTo(world, values.slice(0, fields.length), values.slice(fields.length, behind));
    if (old !== null) matches.push({ kept: null, source: old, target: values.slice(behind), own: null });
  }
  if (matches.length > 0) return answer(told(world, matches), matches, why);
  const text =
    there.length === 0
      ? 'the target has no such record now, and no id was kept'
      : 'the source has no record now that the mapping makes this one of';
  return answer({ state: 'not-there', text }, [], why);
}

/** The old record of that key, where the mapping makes of it the record with this one. */
async function leadingTo(world: IdWorld, values: Row, newKey: Row): Promise<Row | null> {
  if (values.some((value) => typeof value !== 'string')) return null;
  const { source } = world.plan;
  const old = keyOfTexts(source, source.identity, values.map(String));
  const row = await oldRecord(world, old);
  if (row === null) return null;
  const outcome = await keyOutcome(world, row, world.runs.at(-1)?.run ?? null);
  if (outcome.kind !== 'records') return null;
  return keysGiven(world, outcome.rows).some((key) => sameKey(key, newKey)) ? old : null;
}

const answerTo =
  ({ plan, object, keptFields }: IdWorld, key: Row, notes: readonly string[]): Answer =>
  (fate, matches, note) => ({
    object: object.name,
    asked: 'target',
    source: { relation: plan.source.name, fields: plan.source.identity },
    target: { relation: plan.target.name, fields: keptFields },
    key,
    ...fate,
    matches: matches.slice(0, matchesMost),
    more: matches.length > matchesMost,
    entries: [],
    notes: note === undefined ? notes : [...notes, note],
  });
