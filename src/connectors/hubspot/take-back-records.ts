import type { Clock } from '../../host/index.ts';
import type { NotPutBack, NotTakenBack, UndoResult } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import type { DescribedObject } from './account-catalog.ts';
import { neverThere } from './faults.ts';
import { folded } from './outgoing-record.ts';
import { altered, type HeldValues } from './record-values.ts';
import type { RecordsThere, RecordThere } from './records-there.ts';
import { refusalOf } from './refusal.ts';
import type { HeldRecord, SentRecord, SliceName, TargetState } from './target-state.ts';

export interface TakingBack {
  readonly object: DescribedObject;
  readonly api: AccountApi;
  readonly there: RecordsThere;
  readonly state: TargetState;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const batchMost = 100;
const roundsMost = 4;
/** Goes forward only, unless it was cleared before. */
const forwardOnly = 'lifecyclestage';

/**
 * Takes back what was written of these records: those that were made go into the recycling bin, those that were changed get back
 * what they held. A record that is not as it was left is named and stays, and what undo needs of it.
 */
export async function takeBackRecords(
  world: TakingBack,
  name: SliceName,
  sent: readonly SentRecord[],
): Promise<UndoResult> {
  const { state } = world;
  await findAnnounced(
    world,
    name,
    sent.filter(({ id }) => id === null),
  );
  const ids = new Set(sentNow(state, name, sent).flatMap(({ id }) => id ?? []));
  const held = state.held(name).filter(({ id }) => ids.has(id));
  const result = await takeBackHeld(world, name, held);
  const left = new Set(state.held(name).map(({ id }) => id));
  state.transaction(() => {
    for (const { place, id } of sentNow(state, name, sent))
      if (id === null || !left.has(id)) state.dropSent(name, place);
  });
  return result;
}

/** Held records by held records: see `takeBackRecords`. */
export async function takeBackHeld(
  world: TakingBack,
  name: SliceName,
  held: readonly HeldRecord[],
): Promise<UndoResult> {
  const total = { rowsRemoved: 0, rowsRestored: 0, refused: [] as NotTakenBack[] };
  for (let from = 0; from < held.length; from += batchMost) {
    const part = held.slice(from, from + batchMost);
    const now = await world.there.byId(part.map(({ id }) => id));
    const judged = part.map((one) => judge(world, name, one, now.get(one.id) ?? null));
    const toArchive = judged.filter(({ act }) => act.kind === 'archive').map(({ held: { id } }) => id);
    await archive(world, toArchive);
    const kept = await restore(world, name, judged);
    const { state } = world;
    state.transaction(() => {
      for (const {
        held: { id },
        act,
      } of judged)
        if (act.kind !== 'refuse' && !kept.has(id)) state.dropHeld(name, id);
    });
    total.rowsRemoved += toArchive.length;
    for (const { held: one, act } of judged) {
      const why = act.kind === 'refuse' ? { reason: act.reason } : kept.get(one.id);
      if (why !== undefined) total.refused.push({ key: state.openText(one.key, name), ...why });
      else if (act.kind === 'restore') total.rowsRestored += 1;
    }
  }
  return total;
}

type Act =
  | { readonly kind: 'archive' | 'nothing' }
  | { readonly kind: 'restore'; readonly before: HeldValues; readonly now: HeldValues }
  | { readonly kind: 'refuse'; readonly reason: string };

interface Judged {
  readonly held: HeldRecord;
  readonly act: Act;
}

function judge(world: TakingBack, name: SliceName, held: HeldRecord, now: RecordThere | null): Judged {
  const { state } = world;
  const told = (act: Act): Judged => ({ held, act });
  const isMade = held.kind === 'created';
  if (now === null)
    return told(
      isMade ? { kind: 'nothing' } : { kind: 'refuse', reason: 'somebody removed or merged it since' },
    );
  const changed = told({ kind: 'refuse', reason: 'somebody changed it since' });
  const before: HeldValues | null =
    held.before === null ? null : (JSON.parse(state.openText(held.before, name)) as HeldValues);
  const asLeft = state.digest(JSON.stringify(now.values)) === held.after;
  if (before === null) return asLeft ? told({ kind: 'archive' }) : changed;
  // Put back by us, whose process ended then, or by somebody; or the call with the change was announced and never came.
  if (JSON.stringify(now.values) === JSON.stringify(before)) return told({ kind: 'nothing' });
  const restored: Act = { kind: 'restore', before, now: now.values };
  if (asLeft) return told(restored);
  if (held.after !== null) return changed;
  return isAsSent(world, name, held.id, { before, now: now.values }) ? told(restored) : changed;
}

/** Whether a record holds what was announced for it, and what it held before in all else. */
function isAsSent(
  { state, object }: TakingBack,
  name: SliceName,
  id: string,
  { before, now }: { readonly before: HeldValues; readonly now: HeldValues },
): boolean {
  const sent = state.sent(name).filter((one) => one.id === id);
  return sent.some(({ payload }) => {
    const { given } = JSON.parse(state.openText(payload, name)) as Payload;
    const expected = Object.fromEntries(
      Object.entries({ ...before, ...given }).filter(([, value]) => value !== ''),
    );
    const stray = Object.keys(now).some((one) => !(one in expected));
    return !stray && altered(object, expected, now).length === 0;
  });
}

export interface Payload {
  readonly property: string;
  readonly named: string;
  readonly given: Readonly<Record<string, string>>;
}

/** Records that were announced and whose answer nobody saw: those that are there as announced are known from now on. */
async function findAnnounced(world: TakingBack, name: SliceName, sent: readonly SentRecord[]): Promise<void> {
  const { state, there, object } = world;
  const payloads = sent.map((one) => ({
    sent: one,
    payload: JSON.parse(state.openText(one.payload, name)) as Payload,
  }));
  for (const [property, part] of Map.groupBy(payloads, ({ payload }) => payload.property)) {
    const names = part.map(({ payload }) => payload.named);
    const found = await there.byName({ property, isId: false }, names);
    state.transaction(() => {
      for (const { sent: one, payload } of part) {
        const record = found.get(folded(payload.named));
        if (record === undefined || altered(object, payload.given, record.values).length > 0) continue;
        const after = state.digest(JSON.stringify(record.values));
        const key = state.sealText(JSON.stringify([record.id]), name);
        state.putSent(name, { ...one, id: record.id });
        state.putHeld(name, { id: record.id, kind: 'created', key, before: null, after });
      }
    });
  }
}

function sentNow(state: TargetState, name: SliceName, sent: readonly SentRecord[]): readonly SentRecord[] {
  const places = new Set(sent.map(({ place }) => place));
  return state.sent(name).filter(({ place }) => places.has(place));
}

/** Into the recycling bin; a record that is not there any more is there already. */
async function archive(
  { api, object, there, clock, signal }: TakingBack,
  ids: readonly string[],
): Promise<void> {
  const { name, path } = object.type;
  let waiting = ids;
  for (let round = 0; waiting.length > 0; round += 1) {
    if (round >= roundsMost) throw neverThere(name, waiting.length, round);
    if (round > 0) await clock.sleep(1_000 * round, signal);
    const inputs = waiting.map((id) => ({ id }));
    const call = {
      method: 'POST',
      path: `/crm/v3/objects/${path}/batch/archive`,
      label: `archive ${name}`,
      content: { inputs },
      repeat: 'keyed',
    } as const;
    const result = await api.send(call);
    if (result.kind === 'answered' && result.answer.status >= 300) throw refusalOf(call.label, result.answer);
    const still = await there.byId(waiting);
    waiting = waiting.filter((id) => still.has(id));
  }
}

type Kept = Omit<NotTakenBack, 'key'>;

/** Gives back what was held, and looks what is held then; the ones that HubSpot does not put back, with the reason. */
async function restore(
  world: TakingBack,
  name: SliceName,
  judged: readonly Judged[],
): Promise<ReadonlyMap<string, Kept>> {
  const wanted = judged.flatMap(({ held, act }) =>
    act.kind === 'restore'
      ? [{ id: held.id, held, properties: differences(act.before, act.now), before: act.before }]
      : [],
  );
  const cleared = wanted
    .filter(({ properties }) => (properties[forwardOnly] ?? '') !== '')
    .map(({ id }) => ({ id, properties: { [forwardOnly]: '' } }));
  const refused = new Map<string, string>();
  await setAll(world, cleared, refused);
  await setAll(world, wanted, refused);
  const now = await world.there.byId(wanted.map(({ id }) => id));
  const kept = new Map<string, Kept>();
  for (const { id, held, before } of wanted) {
    const seen = now.get(id)?.values;
    if (seen === undefined) kept.set(id, { reason: 'somebody removed it while it was put back' });
    else {
      const differs = notAsBefore(before, seen);
      if (differs.length === 0) continue;
      kept.set(id, { reason: refused.get(id) ?? otherwise, differs });
      // As it is now, so that it is tried again.
      const { state } = world;
      const after = state.digest(JSON.stringify(seen));
      state.transaction(() => state.putHeld(name, { ...held, after }));
    }
  }
  return kept;
}

const otherwise = 'HubSpot says that it took its earlier values, and does not hold all of them';

const notAsBefore = (before: HeldValues, now: HeldValues): readonly NotPutBack[] =>
  Object.keys(differences(before, now)).map((field) => ({
    field,
    before: before[field] ?? null,
    now: now[field] ?? null,
  }));

function differences(before: HeldValues, now: HeldValues): Readonly<Record<string, string>> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return Object.fromEntries(
    names.filter((one) => before[one] !== now[one]).map((one) => [one, before[one] ?? '']),
  );
}

interface SetValues {
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** Records that are refused stand alone in the end; the others are set. */
async function setAll(
  world: TakingBack,
  inputs: readonly SetValues[],
  refused: Map<string, string>,
): Promise<void> {
  if (inputs.length === 0) return;
  const { api, object } = world;
  const call = {
    method: 'POST',
    path: `/crm/v3/objects/${object.type.path}/batch/update`,
    label: `put back ${object.type.name}`,
    content: { inputs: inputs.map(({ id, properties }) => ({ id, properties })) },
    repeat: 'keyed',
  } as const;
  const result = await api.send(call);
  if (result.kind === 'unknown' || result.answer.status < 300) return;
  const [only] = inputs;
  if (![400, 404, 409].includes(result.answer.status)) throw refusalOf(call.label, result.answer);
  if (inputs.length === 1 && only !== undefined) {
    refused.set(only.id, 'HubSpot refuses to put it back as it was');
    return;
  }
  const middle = Math.ceil(inputs.length / 2);
  await setAll(world, inputs.slice(0, middle), refused);
  await setAll(world, inputs.slice(middle), refused);
}
