import type { ForeignKey, Relation, SystemKind } from '../model/index.ts';
import type { CheckedObject } from './checked-object.ts';

/**
 * Records that all need one another, by fields that may not be empty, can come in no order. Between systems of one kind a
 * person mends that in PostgreSQL; elsewhere one reference of such a ring stays behind and is told.
 */
export function withoutRings(checked: readonly CheckedObject[], kind: SystemKind): readonly CheckedObject[] {
  const needs = new Map<string, Set<string>>();
  return checked.map((one) => {
    const { relations, creation } = one;
    const mended = kind === 'postgres' && creation?.source === relations?.source;
    if (!relations || !creation?.carried || mended) return one;
    const { target } = relations;
    const [kept, ringed]: [ForeignKey[], ForeignKey[]] = [[], []];
    for (const key of target.foreignKeys) {
      const on = key.references.relation;
      const closes = isRequired(target, key) && (on === target.name || reaches(needs, on, target.name));
      (closes ? ringed : kept).push(key);
      if (!closes && isRequired(target, key))
        needs.set(target.name, (needs.get(target.name) ?? new Set()).add(on));
    }
    const left = ringed.map(({ name, references }) => ({
      kind: 'foreign-key' as const,
      name,
      why: `${references.relation} needs ${target.name} as well, and neither may be empty`,
      known: true as const,
    }));
    return {
      ...one,
      relations: { ...relations, target: { ...target, foreignKeys: kept } },
      creation: { ...creation, left: [...creation.left, ...left] },
    };
  });
}

function isRequired({ fields }: Relation, key: ForeignKey): boolean {
  return key.fields.every((name) => fields.find((field) => field.name === name)?.nullable === false);
}

function reaches(needs: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === to) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(needs.get(name) ?? []));
  }
  return false;
}
