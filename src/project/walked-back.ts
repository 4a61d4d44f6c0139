import { digestRelation } from '../audit/index.ts';
import type { OpenSystem } from '../connectors/index.ts';
import type { Relation, Schema } from '../model/index.ts';
import { countRecords, ownRecords } from '../rehearsal/index.ts';
import { structureChanges } from '../runbook/index.ts';
import type { WayBack } from './rehearsal-evidence.ts';

/** What a sandbox held at one moment: structure, exact numbers, and a digest of the records. */
export interface SeenSandbox {
  readonly schema: Schema;
  readonly counts: Readonly<Record<string, string>>;
  /** Name -> digest of all its records, whatever their order. */
  readonly digests: Readonly<Record<string, string>>;
}

export async function seeSandbox(sandbox: OpenSystem, signal?: AbortSignal): Promise<SeenSandbox> {
  const schema = await sandbox.inspects.inspect();
  const counts = await countRecords(sandbox, schema);
  await using snapshot = await sandbox.reads.snapshot();
  const digests: Record<string, string> = {};
  for (const relation of ownRecords(schema))
    digests[relation.name] = await digestRelation(snapshot, ownValues(sandbox, relation), signal);
  return { schema, counts, digests };
}

/** What a system without transactions counts and dates itself goes on through the way back, too. */
function ownValues({ creates }: OpenSystem, relation: Relation): Relation {
  if (creates !== null) return relation;
  const named = new Set(relation.identity);
  const fields = relation.fields.filter(({ name, generated }) => generated !== 'computed' || named.has(name));
  return { ...relation, fields };
}

/** The audit of a way back: what is there after the undo has to be what was there before the run, record by record. */
export function compareWayBack(before: SeenSandbox, after: SeenSandbox): WayBack {
  const names = [...new Set([...Object.keys(before.counts), ...Object.keys(after.counts)])].sort();
  const relations = names.map((relation) => ({
    relation,
    before: before.counts[relation] ?? 'not there',
    now: after.counts[relation] ?? 'not there',
    sameRecords: before.digests[relation] === after.digests[relation],
  }));
  const structure = structureChanges(before.schema, after.schema, names);
  return {
    clean:
      structure.length === 0 &&
      relations.every(({ before: then, now, sameRecords }) => then === now && sameRecords),
    relations,
    structure,
  };
}
