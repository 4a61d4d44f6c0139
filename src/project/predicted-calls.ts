import type { FollowedReference, OpenSystem, RecordsOf, StandingCalls } from '../connectors/index.ts';
import {
  type AgreedCallLimit,
  type CallsOfSides,
  findRelation,
  type ObjectMapping,
  type Relation,
} from '../model/index.ts';
import type { RunbookInput } from '../runbook/index.ts';
import type { MapReport } from './check-map.ts';

interface Sides {
  readonly source: OpenSystem;
  readonly target: OpenSystem;
  readonly rowsPerSlice: number;
}

/** An object of the mapping with both its relations, and how many records go. */
interface Moved {
  readonly object: ObjectMapping;
  readonly from: Relation;
  readonly to: Relation;
  readonly rows: number;
  readonly before: number;
  /** Of the target; as the trial of every record found them. */
  readonly written: number;
  readonly characters: ReadonlyMap<string, number>;
}

const nothing: StandingCalls = { open: 0, inspect: 0, view: 0, prepare: 0 };

/**
 * About how many calls each step takes of systems that count them, from the records of both sides and from what fits into a call,
 * and the limits as they are now; nothing where neither counts. What a command takes before its first step, to open both systems and to
 * inspect them, is not among them: that is no step's, and is not counted for one.
 */
export async function predictedCalls(
  move: MapReport,
  counts: RunbookInput['counts'],
  { source, target, rowsPerSlice }: Sides,
): Promise<Pick<RunbookInput, 'calls'>> {
  if (source.calls === undefined && target.calls === undefined) return {};
  const standing = {
    source: (await source.calls?.always()) ?? nothing,
    target: (await target.calls?.always()) ?? nothing,
  };
  const world: World = { move, moved: movedObjects(move, counts), source, target, rowsPerSlice, standing };
  const limits = [...(await limitsOf('source', source)), ...(await limitsOf('target', target))];
  const objects = new Map(world.moved.map((one) => [one.object.name, copying(one, world)]));
  return { calls: { checking: checking(world), objects, audit: auditing(world), limits } };
}

interface World extends Sides {
  readonly move: MapReport;
  /** In the order in which they are brought. */
  readonly moved: readonly Moved[];
  readonly standing: { readonly source: StandingCalls; readonly target: StandingCalls };
}

function movedObjects(move: MapReport, counts: RunbookInput['counts']): readonly Moved[] {
  return move.order.flatMap((name) => {
    const object = move.loaded.mapping.objects.find((one) => one.name === name);
    const from = object && findRelation(move.source, object.source);
    const to = object && findRelation(move.planned, object.target);
    if (object === undefined || from === undefined || to === undefined) return [];
    const { rowsSource = '0', rowsTargetBefore = '0' } = counts.get(name) ?? {};
    const fit = move.fits.find((one) => one.object === name);
    const [rows, before] = [Number(rowsSource), Number(rowsTargetBefore)];
    const written = fit === undefined ? rows : Number(fit.recordsOut);
    return [{ object, from, to, rows, before, written, characters: fit?.characters ?? new Map() }];
  });
}

/** The target is opened to see whether it is the one, and to be written; then it is looked at, and each relation counted. */
function checking({ move, moved, source, target, standing }: World): CallsOfSides {
  const { open, inspect, view, prepare } = standing.target;
  const there = moved.filter(({ to }) => findRelation(move.target, to.name) !== undefined);
  const counted = there.reduce((sum, one) => sum + view + toCount(target, one), 0);
  return {
    source: source.calls === undefined ? 0 : standing.source.open,
    target: target.calls === undefined ? 0 : 2 * open + prepare + inspect + counted,
  };
}

/** The first copy opens the source, and counts what is in the target: later ones know that the run has written. */
function copying(one: Moved, { moved, source, target, rowsPerSlice, standing }: World): CallsOfSides {
  const isFirst = moved[0] === one;
  const reading = source.calls?.toRead(one.from, one.rows, rowsPerSlice) ?? 0;
  const opening = isFirst ? standing.source.open + standing.source.inspect + standing.source.view : 0;
  const writing = target.calls?.toWrite(one.to, one.written, rowsPerSlice, one.characters) ?? 0;
  const looking = target.calls?.toLookAgain(one.to) ?? 0;
  const counting = isFirst ? standing.target.view + toCount(target, one) : 0;
  // Behind it a view says whether the source moved on meanwhile.
  return { source: opening + reading + standing.source.view, target: counting + looking + writing };
}

function toCount({ calls }: OpenSystem, { to, before }: Moved): number {
  return calls?.toCount(to, before, () => null) ?? 0;
}

/** Both sides are opened anew, and every record is read once. */
function auditing({ move, moved, source, target, standing }: World): CallsOfSides {
  const opening = ({ open, inspect, view }: StandingCalls): number => open + inspect + view;
  const into = new Map(moved.map(({ to }) => [to.name, to]));
  const inTarget: RecordsOf = (name) =>
    into.has(name) ? recordsIn(moved.filter(({ to }) => to.name === name)) : null;
  const rows = new Map(moved.map((one) => [one.from.name, one.rows]));
  const reading = moved.map(
    ({ from, rows: records }) =>
      source.calls?.toReadThrough(from, records, (name) => rows.get(name) ?? null) ?? 0,
  );
  const looking = [...into.values()].map((to) => {
    const { calls } = target;
    if (calls === undefined) return 0;
    const followed = references({ move, moved }, to, inTarget);
    return calls.toReadThrough(to, inTarget(to.name) ?? 0, inTarget) + calls.toFollow(to, followed);
  });
  return {
    source: opening(standing.source) + sum(reading),
    target: opening(standing.target) + sum(looking),
  };
}

/** Those of relations that are looked at; a field that nothing fills refers to nothing that was not there before. */
function references(
  { move, moved }: Pick<World, 'move' | 'moved'>,
  to: Relation,
  inTarget: RecordsOf,
): readonly FollowedReference[] {
  const objects = moved.filter((one) => one.to.name === to.name);
  return to.foreignKeys.flatMap((foreignKey) => {
    const parent = findRelation(move.planned, foreignKey.references.relation);
    if (parent === undefined) return [];
    const filling = objects.filter(({ object }) =>
      foreignKey.fields.every((name) => object.fields.some(({ field }) => field === name)),
    );
    const referring = sum(filling.map(({ written }) => written)) + (objects[0]?.before ?? 0);
    return [{ foreignKey, parent, referring, parents: inTarget(parent.name) ?? referring }];
  });
}

const recordsIn = (objects: readonly Moved[]): number =>
  (objects[0]?.before ?? 0) + sum(objects.map(({ written }) => written));

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

async function limitsOf(
  system: 'source' | 'target',
  { calls }: OpenSystem,
): Promise<readonly AgreedCallLimit[]> {
  return ((await calls?.limits()) ?? []).map((limit) => ({ system, ...limit }));
}
