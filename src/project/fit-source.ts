import type { Inspects, Snapshot } from '../connectors/index.ts';
import { type CompiledTransform, lookedAt, type Scope } from '../expressions/index.ts';
import {
  countedKey,
  createKeyCounter,
  type FitCheck,
  type FitResult,
  type KeyCounter,
  keysThatCount,
  startFit,
} from '../mapping/index.ts';
import {
  type Finding,
  findRelation,
  type Mapping,
  type ObjectMapping,
  type RecordBatch,
  type RecordKey,
  type Relation,
  type Schema,
  type Value,
} from '../model/index.ts';

/** Everything the fit of a whole mapping needs; the transforms stand by object name. */
export interface FitRequest {
  readonly mapping: Mapping;
  readonly source: Schema;
  readonly target: Schema;
  readonly transforms: ReadonlyMap<string, CompiledTransform>;
  readonly lookups: Scope['lookups'];
  /** Object names, parents before children; objects of a cycle in any order. */
  readonly order: readonly string[];
  /** The target as it is now: what is appended to it may not repeat its keys. */
  readonly present: { readonly schema: Schema; readonly snapshot: Snapshot };
  /** What the target refuses beyond its fields' types; see the port. */
  readonly holds: Inspects['holds'];
  readonly mask: (text: string) => string;
  readonly showExample?: (value: Value, field: string | null) => string;
  readonly showKey?: (key: RecordKey) => string;
  readonly onProgress: (progress: { readonly object: string; readonly rowsRead: number }) => void;
  readonly signal: AbortSignal;
}

const wholeRelation = { number: 0, after: null, upTo: null, rowsEstimate: 0 } as const;
const keysMax = 8_000_000;

/**
 * Runs every source record through the mapping (A3): exact counts of what would be refused, with examples, before anything is
 * written. A record whose parent does not go cannot go either, so parents come first. A link inside a cycle, or to a record
 * of the same object, is set in a second pass of the run, so it is looked at in a second pass here, when it is known of every
 * record whether it goes.
 */
export async function fitSource(snapshot: Snapshot, request: FitRequest): Promise<readonly FitResult[]> {
  const arriving = new Map<string, KeyCounter>();
  const shared = { arriving, counters: new Map<string, KeyCounter>() };
  const tried: TriedObject[] = [];
  for (const name of request.order) {
    const object = request.mapping.objects.find((candidate) => candidate.name === name);
    if (!object) continue;
    if (object.mode === 'append') await countPresent(request, object, shared.counters);
    const one = tryObject(request, object, shared);
    await eachBatch(snapshot, request, one, async (batch) => {
      await one.fit.ask?.(batch);
      one.fit.observe(batch);
    });
    arriving.set(name, one.keys);
    tried.push(one);
  }
  for (const one of tried.filter(({ fit }) => fit.hasLinks))
    await eachBatch(snapshot, request, one, async (batch) =>
      one.fit.observeLinks(batch, (key) => arrives(one.keys, key)),
    );
  return tried.map(({ fit }) => fit.result());
}

interface Shared {
  /** Keys of the records that will be in the target, by object; objects that were not tried yet are not in it. */
  readonly arriving: ReadonlyMap<string, KeyCounter>;
  readonly counters: Map<string, KeyCounter>;
}

interface TriedObject {
  readonly name: string;
  readonly source: Relation;
  readonly fit: FitCheck;
  readonly keys: KeyCounter;
}

function tryObject(request: FitRequest, object: ObjectMapping, shared: Shared): TriedObject {
  const whole = findRelation(request.source, object.source);
  const target = findRelation(request.target, object.target);
  const transform = request.transforms.get(object.name);
  if (!whole || !target || !transform)
    throw new RangeError(`${object.name} was not checked before its records`);
  const source = lookedAt(object, whole, request.lookups);
  const keys = createKeyCounter(keysMax);
  const created = findRelation(request.present.schema, object.target) === undefined;
  const fit = startFit({
    object,
    source,
    target,
    transform,
    lookups: request.lookups,
    known: (other, key) => {
      const counter = shared.arriving.get(other);
      return counter === undefined || arrives(counter, key);
    },
    later: new Set(request.order.slice(request.order.indexOf(object.name))),
    holds: (field) => request.holds(field, created),
    mask: request.mask,
    onFit: (key) => keys.add(key),
    counterFor: (fields) => counterOf(shared.counters, target.name, fields),
    ...(request.showExample && { showExample: request.showExample }),
    ...(request.showKey && { showKey: request.showKey }),
  });
  return { name: object.name, source, fit, keys };
}

/** The keys of the records that are in the target already, once for each of its relations. */
async function countPresent(
  { present, signal }: FitRequest,
  object: ObjectMapping,
  counters: Map<string, KeyCounter>,
): Promise<void> {
  const relation = findRelation(present.schema, object.target);
  if (!relation) return;
  const keys = keysThatCount(object, relation)
    .filter((fields) => !counters.has(counterName(relation.name, fields)))
    .map((fields) => ({
      keyOf: countedKey(relation, fields),
      counter: counterOf(counters, relation.name, fields),
      places: fields.map((name) => relation.fields.findIndex((field) => field.name === name)),
    }));
  if (keys.length === 0) return;
  for await (const { rows } of present.snapshot.read(relation, wholeRelation)) {
    signal.throwIfAborted();
    for (const row of rows)
      for (const { keyOf, counter, places } of keys) {
        const key = keyOf(places.map((at) => row[at] ?? null));
        if (key !== null) counter.add(key);
      }
  }
}

/** Past the keys that can be remembered nobody knows; then the run decides, and no record is accused. */
function arrives(keys: KeyCounter, key: RecordKey): boolean {
  return keys.uncounted > 0 || keys.has(key);
}

async function eachBatch(
  snapshot: Snapshot,
  request: FitRequest,
  { name, source }: TriedObject,
  look: (batch: RecordBatch) => Promise<void>,
): Promise<void> {
  let rowsRead = 0;
  for await (const batch of snapshot.read(source, wholeRelation)) {
    request.signal.throwIfAborted();
    await look(batch);
    rowsRead += batch.rows.length + batch.bad.length;
    request.onProgress({ object: name, rowsRead });
  }
}

/** Two objects that fill one relation share what must be unique there. */
function counterOf(
  counters: Map<string, KeyCounter>,
  relation: string,
  fields: readonly string[],
): KeyCounter {
  const name = counterName(relation, fields);
  const counter = counters.get(name) ?? createKeyCounter(keysMax);
  counters.set(name, counter);
  return counter;
}

function counterName(relation: string, fields: readonly string[]): string {
  return JSON.stringify([relation, fields]);
}

export function fitFindings(results: readonly FitResult[]): readonly Finding[] {
  return results.flatMap(({ findings }) => findings);
}
