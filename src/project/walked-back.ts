import type { OpenSystem } from '../connectors/index.ts';
import type { Schema } from '../model/index.ts';
import { countRecords } from '../rehearsal/index.ts';
import { structureChanges } from '../runbook/index.ts';
import type { WayBack } from './rehearsal-evidence.ts';

/** What a sandbox held at one moment: structure and exact numbers. */
export interface SeenSandbox {
  readonly schema: Schema;
  readonly counts: Readonly<Record<string, string>>;
}

export async function seeSandbox(sandbox: OpenSystem): Promise<SeenSandbox> {
  const schema = await sandbox.inspects.inspect();
  return { schema, counts: await countRecords(sandbox, schema) };
}

/** The audit of a way back: what is there after the undo has to be what was there before the run. */
export function compareWayBack(before: SeenSandbox, after: SeenSandbox): WayBack {
  const names = [...new Set([...Object.keys(before.counts), ...Object.keys(after.counts)])].sort();
  const relations = names.map((relation) => ({
    relation,
    before: before.counts[relation] ?? 'not there',
    now: after.counts[relation] ?? 'not there',
  }));
  const structure = structureChanges(before.schema, after.schema, names);
  return {
    clean: structure.length === 0 && relations.every(({ before: then, now }) => then === now),
    relations,
    structure,
  };
}
