import { auditRelation } from '../../audit/index.ts';
import type { OpenSystem, Snapshot } from '../../connectors/index.ts';
import type { Transform } from '../../expressions/index.ts';
import { findRelation, type Relation, type Schema } from '../../model/index.ts';
import { structureChanges } from '../../runbook/index.ts';
import { type BackupFacts, countRecords, ownRecords } from './backup-facts.ts';
import type { Scratch } from './scratch.ts';

/** One thing that was looked at in what was restored. `detail` names relations and numbers, never values. */
export interface RestoreCheck {
  readonly name: string;
  readonly outcome: 'ok' | 'failed' | 'not-looked-at';
  readonly detail: string;
}

export interface RestoredRequest {
  readonly restored: OpenSystem;
  readonly scratch: Pick<Scratch, 'largest'>;
  /** The system the backup is of, as it is now; null when it is away. */
  readonly live: OpenSystem | null;
  /** What was noted when the backup was taken; null where nobody noted it. */
  readonly facts: BackupFacts | null;
  /** By how many records a relation may differ. */
  readonly toleranceRecords: number;
  /** Every record against the live system, or numbers alone. */
  readonly compare: 'records' | 'counts';
  readonly signal: AbortSignal;
}

/** Relations, numbers, structure, counters, references, and each record where the system the backup is of still stands. */
export async function checkRestored(request: RestoredRequest): Promise<readonly RestoreCheck[]> {
  const { restored, live } = request;
  const schema = await restored.inspects.inspect();
  const original = live ? await live.inspects.inspect() : null;
  return [
    await checkCounts(request, schema, original),
    ...(original ? [checkStructure(original, schema)] : [notLooked('structure')]),
    checkProven(schema),
    await checkCounters(request, schema),
    live && original && request.compare === 'records'
      ? await checkRecords(request, live, original, schema)
      : { ...notLooked('records'), ...(live ? { detail: 'drills.restore.compare says counts' } : {}) },
  ];
}

function notLooked(name: string): RestoreCheck {
  return { name, outcome: 'not-looked-at', detail: 'the system the backup is of cannot be reached' };
}

const named = 6;
const judged = (name: string, faults: readonly string[], fine: string): RestoreCheck => ({
  name,
  outcome: faults.length === 0 ? 'ok' : 'failed',
  detail:
    faults.length === 0
      ? fine
      : faults.slice(0, named).join('; ') +
        (faults.length > named ? `; and ${faults.length - named} more` : ''),
});

/** Between what was there before and after the backup, or what is there now, give and take what was agreed. */
async function checkCounts(
  { restored, live, facts, toleranceRecords }: RestoredRequest,
  schema: Schema,
  original: Schema | null,
): Promise<RestoreCheck> {
  const name = 'relations and numbers';
  const now = facts === null && live && original ? await countRecords(live, original) : null;
  const [before, after] = facts ? [facts.before, facts.after] : [now, now];
  if (!before || !after) return notLooked(name);
  const counts = await countRecords(restored, schema);
  const tolerance = BigInt(toleranceRecords);
  const faults = Object.keys({ ...before, ...after }).flatMap((relation) => {
    const found = counts[relation];
    if (found === undefined) return [`${relation} is missing`];
    const bounds = [BigInt(before[relation] ?? '0'), BigInt(after[relation] ?? '0')];
    const [least = 0n, most = 0n] = bounds.sort((a, b) => (a < b ? -1 : 1));
    const fits = BigInt(found) >= least - tolerance && BigInt(found) <= most + tolerance;
    return fits
      ? []
      : [`${relation} holds ${found} records, expected ${least === most ? least : `${least} to ${most}`}`];
  });
  const extra = Object.keys(counts).filter((relation) => !(relation in after));
  const rows = Object.values(counts).reduce((sum, count) => sum + BigInt(count), 0n);
  const against = facts ? 'what was noted when the backup was taken' : 'the system as it is now';
  return judged(
    name,
    [...faults, ...extra.map((relation) => `${relation} is in no place of the system`)],
    `${Object.keys(counts).length} relations, ${rows} records, against ${against}`,
  );
}

/** Who may do what is a matter of each server, and is not restored. */
const ofServer = new Set(['grant', 'owner', 'publication', 'event']);

function checkStructure(original: Schema, restored: Schema): RestoreCheck {
  const plain = (schema: Schema): Schema => ({
    ...schema,
    objects: schema.objects.filter(({ kind }) => !ofServer.has(kind)),
  });
  const names = [...new Set([...original.relations, ...restored.relations].map(({ name }) => name))];
  return judged(
    'structure',
    structureChanges(plain(original), plain(restored), names),
    `keys, foreign keys, indexes, checks and triggers of ${names.length} relations are there as in the system`,
  );
}

function checkProven({ relations }: Schema): RestoreCheck {
  const faults = relations.flatMap(({ name, foreignKeys, checks, indexes }) =>
    [...foreignKeys, ...checks, ...indexes]
      .filter(({ unproven }) => unproven)
      .map((part) => `${part.name} of ${name} is not held against the records that are there`),
  );
  return judged(
    'constraints',
    faults,
    'every key, foreign key and check holds for the records that are there',
  );
}

/** A counter that was not restored gives numbers again that records have. */
async function checkCounters({ restored, scratch }: RestoredRequest, schema: Schema): Promise<RestoreCheck> {
  const name = 'counters';
  await using snapshot = await restored.reads.snapshot();
  const faults: string[] = [];
  let counters = 0;
  if (snapshot.lastNumbers === undefined)
    return { name, outcome: 'not-looked-at', detail: `${restored.kind} keeps its counters with the records` };
  for (const relation of ownRecords(schema))
    for (const [field, last] of await snapshot.lastNumbers(relation)) {
      counters += 1;
      const largest = await scratch.largest(relation.name, field);
      if (largest !== '' && BigInt(last) < BigInt(largest))
        faults.push(`the counter of ${relation.name}.${field} is at ${last}, a record has ${largest}`);
    }
  return judged(name, faults, `${counters} counters are past every number that was given`);
}

const noIds = { resolve: async () => new Map<string, never>(), mask: (text: string): string => text };

/** Each record and field, both directions, by the auditor's own comparison; sums of amounts beside it. */
async function checkRecords(
  { restored, toleranceRecords, signal }: RestoredRequest,
  live: OpenSystem,
  original: Schema,
  schema: Schema,
): Promise<RestoreCheck> {
  await using from = await live.reads.snapshot();
  await using to = await restored.reads.snapshot();
  const faults: string[] = [];
  let rows = 0;
  for (const relation of ownRecords(schema)) {
    const source = findRelation(original, relation.name);
    if (!source) continue;
    const audited = sameRecords(source, from, relation, to);
    const { differences, differencesComplete, rowsTarget } = await auditRelation(audited, noIds, { signal });
    rows += rowsTarget;
    if (differences.length <= toleranceRecords && differencesComplete) continue;
    const atLeast = differencesComplete ? '' : 'at least ';
    faults.push(`${relation.name}: ${atLeast}${differences.length} records differ`);
  }
  return judged('records', faults, `${rows} records are, field by field, those of the system`);
}

/** A relation against its own copy: every field is expected as it is. */
function sameRecords(
  source: Relation,
  from: Snapshot,
  relation: Relation,
  to: Snapshot,
): Parameters<typeof auditRelation>[0] {
  const stored = source.fields.filter(({ synthetic }) => !synthetic).map(({ name }) => name);
  const places = stored.map((field) => source.fields.findIndex(({ name }) => name === field));
  const transform: Transform = {
    object: relation.name,
    targetFields: stored,
    lookups: [],
    apply: (row) => ({ kind: 'records', rows: [places.map((place) => row[place] ?? null)] }),
  };
  const named = relation.identity.every((name) => stored.includes(name));
  return {
    relation,
    snapshot: to,
    key: named ? relation.identity : stored,
    othersAllowed: false,
    objects: [
      {
        name: relation.name,
        transform,
        upserts: false,
        withoutLinks: null,
        source,
        snapshot: from,
        isQuarantined: () => false,
      },
    ],
  };
}
