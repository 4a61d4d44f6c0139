import { recordKey } from '../../model/index.ts';
import type { UndoResult } from '../port.ts';
import type { Intent, SliceName } from '../write-journal/index.ts';
import { imagedFields, notAsBefore } from './before-image.ts';
import { decodeValue } from './decode-value.ts';
import type { DescribedObject } from './described.ts';
import type { Json } from './exact-json.ts';
import { answerUnreadable, notDeleted } from './faults.ts';
import { digestField, isContent, versionsName, withDigest } from './file-content.ts';
import { findByIds, findByKeys, keyText } from './find-records.ts';
import { neededRecords } from './needed-records.ts';
import { memberOf } from './org-api.ts';
import { comparedFields, sentDigest } from './prepared-record.ts';
import { type RecordRefusal, refusalOf } from './record-refusal.ts';
import { filesToRemove, type GoingFiles } from './remove-files.ts';
import { restoreRecords } from './restore-records.ts';
import { stateDigest } from './state-digest.ts';
import type { Left, TakeBackWorld, TakenBack } from './take-back-world.ts';
import { wayBackOf } from './way-back.ts';

/** The most records of one call. */
const recordsMost = 200;
/** How often records are deleted of which the org says that they are gone, and which are there. */
const deletionsMost = 3;
/** Codes of a record that is not there any more. */
const gone = new Set(['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY']);

/**
 * Takes records of one slice back: what was added goes into the recycle bin, what was changed gets its earlier values.
 *
 * Invariants: 1. a record that is not as it was written is left and named, its intent stays. 2. so is one that records of others
 * refer to: the org would empty their fields, or take them along. 3. an intent is forgotten when its record is seen to be
 * taken back, gone or as it was before, the org's word alone is not taken for it; so work that was cut off goes on where it was.
 */
export async function takeBack(
  world: TakeBackWorld,
  slice: SliceName,
  intents: readonly Intent[],
): Promise<UndoResult> {
  const known = await findUnanswered(world, slice, intents);
  const sorted = await sortOut(world, known);
  world.journal.drop(
    slice,
    [...sorted.gone, ...sorted.asBefore].map(({ mark }) => mark),
  );
  const needed = await neededRecords(
    world.api,
    world.object,
    world.objects,
    sorted.added.flatMap(({ record }) => record ?? []),
  );
  const files = await filesOf(world, sorted.added);
  const refused = [...sorted.refused];
  const free: Intent[] = [];
  for (const intent of sorted.added) {
    const record = intent.record ?? '';
    const by = needed.get(record);
    const why = by === undefined ? files.staying.get(record) : `records of ${by} refer to it`;
    if (why === undefined) free.push(intent);
    else refused.push({ intent, reason: why });
  }
  const removed = await removeAll({ ...world, documents: files.documents }, slice, free);
  const restored = await restoreRecords(world, slice, sorted.changed);
  return {
    rowsRemoved: removed.count,
    rowsRestored: restored.count,
    refused: [...refused, ...removed.refused, ...restored.refused].map(({ intent, ...why }) => ({
      key: recordKey([intent.record]),
      ...why,
    })),
  };
}

/** Versions of files go with their documents. */
async function filesOf({ api, object }: TakeBackWorld, added: readonly Intent[]): Promise<GoingFiles> {
  const ids = added.flatMap(({ record }) => record ?? []);
  return object.name === versionsName && ids.length > 0
    ? await filesToRemove(api, ids)
    : { documents: new Map(), staying: new Map() };
}

type RemovingWorld = TakeBackWorld & Pick<GoingFiles, 'documents'>;

/** Records that were announced, and whose answer never came: found by the key they were sent with, or not there. */
async function findUnanswered(
  { api, object, journal }: TakeBackWorld,
  slice: SliceName,
  intents: readonly Intent[],
): Promise<readonly Intent[]> {
  const known = intents.filter(({ record }) => record !== null);
  const unanswered = intents.filter(({ record }) => record === null);
  for (const [names, some] of Map.groupBy(unanswered, keyNamesOf)) {
    const fields = names.split(' ').map((name) => {
      const field = object.fields.find((one) => one.name === name);
      if (field === undefined) throw answerUnreadable('undo', `there is no field ${name} any more`);
      return field;
    });
    const keys = some.map((intent) => {
      const { values } = wayBackOf(intent);
      return fields.map((field) => decodeValue(field, values[field.name] ?? null));
    });
    const found = await findByKeys(api, object, fields, keys, []);
    for (const [at, intent] of some.entries()) {
      const [there] = found.get(keyText(object, fields, keys[at] ?? []) ?? '') ?? [];
      if (there === undefined) journal.drop(slice, [intent.mark]);
      else known.push({ ...intent, record: there.id });
    }
  }
  return known;
}

/** The fields by which a record was sent that was not there before. */
const keyNamesOf = (intent: Intent): string => Object.keys(wayBackOf(intent).values).join(' ');

interface Sorted {
  readonly added: readonly Intent[];
  readonly changed: readonly Intent[];
  /** Not there any more, as they should be. */
  readonly gone: readonly Intent[];
  /** They hold what they held before: nothing has to be given back. */
  readonly asBefore: readonly Intent[];
  readonly refused: readonly Left[];
}

async function sortOut(world: TakeBackWorld, intents: readonly Intent[]): Promise<Sorted> {
  const { api, object } = world;
  const compared = comparedFields(object);
  const ids = intents.flatMap(({ record }) => record ?? []);
  const shown = [...compared, ...sentFields(object, intents), ...imagedFields(object, intents)];
  const found = await findByIds(api, object, ids, shown);
  const sorted = {
    added: [] as Intent[],
    changed: [] as Intent[],
    gone: [] as Intent[],
    asBefore: [] as Intent[],
    refused: [] as Left[],
  };
  for (const intent of intents) {
    const record = found.get(intent.record ?? '');
    const reason = record === undefined ? null : whyLeft(world, intent, record);
    if (record === undefined && intent.kind === 'added') sorted.gone.push(intent);
    else if (record === undefined) sorted.refused.push({ intent, reason: 'somebody deleted it' });
    else if (intent.kind === 'changed' && notAsBefore(object, intent, record).length === 0)
      sorted.asBefore.push(intent);
    else if (reason !== null) sorted.refused.push({ intent, reason });
    else if (intent.kind === 'added') sorted.added.push(intent);
    else sorted.changed.push(intent);
  }
  return sorted;
}

/** The written fields of records that nobody looked at after the change: these are held against what was sent. */
function sentFields(object: DescribedObject, intents: readonly Intent[]): DescribedObject['fields'] {
  const { fields } = object;
  const names = new Set(
    intents.filter(({ after }) => after === null).flatMap((intent) => wayBackOf(intent).fields),
  );
  return fields.flatMap((field) =>
    names.has(field.name) ? (isContent(field) ? (digestField(object) ?? []) : field) : [],
  );
}

/** Null where the record is as it was written. */
function whyLeft({ journal, object }: TakeBackWorld, intent: Intent, record: Json): string | null {
  const changed = 'it is not as it was written: somebody changed it';
  if (intent.kind === 'met') return 'somebody else created it at the same time; what it held is not known';
  if (intent.after !== null)
    return intent.after === stateDigest(journal, comparedFields(object), record) ? null : changed;
  // Cut off before anybody looked what is there.
  const { fields: names } = wayBackOf(intent);
  const fields = object.fields.filter(({ name }) => names.includes(name));
  return sentDigest(journal, fields, withDigest(object, record)) === intent.sent ? null : changed;
}

/** Until what is to go is seen to be gone. Throws `salesforce.not-deleted`. */
async function removeAll(
  world: RemovingWorld,
  slice: SliceName,
  intents: readonly Intent[],
): Promise<TakenBack> {
  const { api, journal, object, saver } = world;
  const refused: Left[] = [];
  let waiting = intents;
  for (let deletions = 0; waiting.length > 0; deletions += 1) {
    if (deletions === deletionsMost) throw notDeleted(object.name, waiting.length);
    const removed: Intent[] = [];
    await saver.inRounds(object.name, waiting, async (some) => {
      const told = await removeRound(world, some);
      removed.push(...told.removed);
      refused.push(...told.refused);
      return told.locked;
    });
    const ids = removed.flatMap(({ record }) => record ?? []);
    const still = await findByIds(api, object, ids, []);
    const isGone = ({ record }: Intent): boolean => !still.has(record ?? '');
    journal.drop(
      slice,
      removed.filter(isGone).map(({ mark }) => mark),
    );
    waiting = removed.filter((intent) => !isGone(intent));
  }
  return { count: intents.length - refused.length, refused };
}

interface Removed {
  /** By the org's word. */
  readonly removed: readonly Intent[];
  readonly refused: readonly Left[];
  readonly locked: readonly Intent[];
}

async function removeRound(world: RemovingWorld, waiting: readonly Intent[]): Promise<Removed> {
  const parts: Removed[] = [];
  for (let from = 0; from < waiting.length; from += recordsMost)
    parts.push(await removeSome(world, waiting.slice(from, from + recordsMost)));
  return {
    removed: parts.flatMap(({ removed }) => removed),
    refused: parts.flatMap(({ refused }) => refused),
    locked: parts.flatMap(({ locked }) => locked),
  };
}

async function removeSome(
  { api, object, documents }: RemovingWorld,
  part: readonly Intent[],
): Promise<Removed> {
  const label = `delete ${object.name}`;
  const ids = part.map(({ record }) => documents.get(record ?? '') ?? record).join(',');
  const path = `composite/sobjects?ids=${ids}&allOrNone=false`;
  const saved = await api.save({ method: 'DELETE', path, label, content: null });
  const results = saved.kind === 'saved' && Array.isArray(saved.told) ? (saved.told as readonly Json[]) : [];
  if (results.length !== part.length) throw answerUnreadable(label, 'it has not one result for each record');
  const told = part.map((intent, at) => ({ intent, refusal: deleteRefusal(results[at] ?? null) }));
  return {
    removed: told.flatMap(({ intent, refusal }) => (refusal === null ? intent : [])),
    locked: told.flatMap(({ intent, refusal }) => (refusal?.passing === true ? intent : [])),
    refused: told.flatMap(({ intent, refusal }) =>
      refusal === null || refusal.passing
        ? []
        : { intent, reason: `Salesforce does not delete it: ${codeIn(refusal)}` },
    ),
  };
}

/** Null where it is gone. */
function deleteRefusal(result: Json): RecordRefusal | null {
  if (memberOf(result, 'success') === true) return null;
  const errors = memberOf(result, 'errors');
  const refusal = refusalOf(Array.isArray(errors) ? (errors as readonly Json[]) : []);
  return gone.has(codeIn(refusal)) ? null : refusal;
}

/** The vendor's code stands before its words, which may repeat values. */
const codeIn = ({ message }: RecordRefusal): string => message.split(':')[0] ?? '';
