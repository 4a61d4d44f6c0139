import type { Snapshot } from '../connectors/index.ts';
import type { CompiledTransform, Scope } from '../expressions/index.ts';
import { createKeyCounter, type FitResult, type KeyCounter, startFit } from '../mapping/index.ts';
import {
  type Finding,
  findRelation,
  type Mapping,
  type ObjectMapping,
  type RecordKey,
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
 * written. A record whose parent does not go cannot go either, so parents come first; inside a cycle a reference to an
 * object that was not yet seen is taken as good, and the second pass of the run decides it.
 */
export async function fitSource(snapshot: Snapshot, request: FitRequest): Promise<readonly FitResult[]> {
  const fits = new Map<string, KeyCounter>();
  const counters = new Map<string, KeyCounter>();
  const results: FitResult[] = [];
  const known = (object: string, key: RecordKey): boolean => fits.get(object)?.has(key) ?? true;
  for (const name of request.order) {
    const object = request.mapping.objects.find((candidate) => candidate.name === name);
    if (object) results.push(await fitObject(snapshot, request, object, { fits, counters, known }));
  }
  return results;
}

interface Shared {
  readonly fits: Map<string, KeyCounter>;
  readonly counters: Map<string, KeyCounter>;
  readonly known: (object: string, key: RecordKey) => boolean;
}

async function fitObject(
  snapshot: Snapshot,
  request: FitRequest,
  object: ObjectMapping,
  shared: Shared,
): Promise<FitResult> {
  const source = findRelation(request.source, object.source);
  const target = findRelation(request.target, object.target);
  const transform = request.transforms.get(object.name);
  if (!source || !target || !transform)
    throw new RangeError(`${object.name} was not checked before its records`);
  const keys = createKeyCounter(keysMax);
  const fit = startFit({
    object,
    source,
    target,
    transform,
    lookups: request.lookups,
    known: (other, key) => (other === object.name ? true : shared.known(other, key)),
    mask: request.mask,
    onFit: (key) => keys.add(key),
    counterFor: (fields) => counterOf(shared.counters, target.name, fields),
    ...(request.showExample && { showExample: request.showExample }),
    ...(request.showKey && { showKey: request.showKey }),
  });
  let rowsRead = 0;
  for await (const batch of snapshot.read(source, wholeRelation)) {
    request.signal.throwIfAborted();
    fit.observe(batch);
    rowsRead += batch.rows.length + batch.bad.length;
    request.onProgress({ object: object.name, rowsRead });
  }
  shared.fits.set(object.name, keys);
  return fit.result();
}

/** Two objects that fill one relation share what must be unique there. */
function counterOf(
  counters: Map<string, KeyCounter>,
  relation: string,
  fields: readonly string[],
): KeyCounter {
  const name = JSON.stringify([relation, fields]);
  const counter = counters.get(name) ?? createKeyCounter(keysMax);
  counters.set(name, counter);
  return counter;
}

export function fitFindings(results: readonly FitResult[]): readonly Finding[] {
  return results.flatMap(({ findings }) => findings);
}
