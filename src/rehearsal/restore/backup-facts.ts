import type { OpenSystem } from '../../connectors/index.ts';
import type { Relation, Schema } from '../../model/index.ts';

/** What a system held when its backup was taken: counted before and after it, since a backup takes its time. */
export interface BackupFacts {
  readonly formatVersion: 1;
  readonly of: 'source' | 'target';
  /** `sha256:` of the backup. */
  readonly backup: string;
  readonly at: string;
  /** Name -> records, decimal digits. */
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
}

/** Name -> exact number of records, of everything that holds records of its own. */
export async function countRecords(system: OpenSystem, schema: Schema): Promise<Record<string, string>> {
  await using snapshot = await system.reads.snapshot();
  const counts: Record<string, string> = {};
  for (const relation of ownRecords(schema)) counts[relation.name] = await snapshot.count(relation);
  return counts;
}

export function ownRecords({ relations }: Schema): readonly Relation[] {
  return relations.filter(({ kind }) => kind !== 'view');
}
