import { expect } from 'vitest';
import type { Relation } from '../model/index.ts';
import type { Snapshot } from './port.ts';

/** What a system's own join tells of each reference of a relation: the fields that refer, then both numbers. */
export async function countedReferences(
  snapshot: Snapshot,
  child: Relation,
  parentNamed: (name: string) => Promise<Relation>,
): Promise<Readonly<Record<string, readonly [string, string] | null>>> {
  const counted: Record<string, readonly [string, string] | null> = {};
  for (const foreignKey of child.foreignKeys) {
    const count = await snapshot.countReferences?.(
      child,
      foreignKey,
      await parentNamed(foreignKey.references.relation),
    );
    expect(count).toBeDefined();
    counted[foreignKey.fields.join(' ')] = count ? [count.rows, count.unresolved] : null;
  }
  return counted;
}
