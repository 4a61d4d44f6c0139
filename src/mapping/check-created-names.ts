import type { Finding, Relation, Schema, SystemKind } from '../model/index.ts';
import type { CheckedObject } from './checked-object.ts';
import { mappingFinding } from './mapping-finding.ts';

/** Names that the target cannot tell apart would make one relation, or one field, of two: it refuses the second. */
export function checkCreatedNames(checked: readonly CheckedObject[], target: Schema): readonly Finding[] {
  const created = checked.filter(({ creation }) => creation !== null);
  return [...relationNames(created, target), ...created.flatMap((one) => fieldNames(one, target.kind))];
}

function relationNames(created: readonly CheckedObject[], target: Schema): readonly Finding[] {
  const fold = folds[target.kind]?.relation;
  if (!fold) return [];
  const taken = new Map(target.relations.map(({ name }) => [fold(name), name]));
  return created.flatMap(({ object, relations }) => {
    const name = relations?.target.name ?? object.target;
    const other = taken.get(fold(name)) ?? name;
    taken.set(fold(name), other);
    if (other === name) return [];
    return mappingFinding(object, {
      code: 'mapping.names-collide',
      title: `The target cannot tell ${name} from ${other}`,
      detail: 'it compares the names of relations without looking at capital letters',
      fix: 'Give one of them another name as `target`.',
      where: { system: 'target', relation: name },
    });
  });
}

function fieldNames({ object, relations }: CheckedObject, kind: SystemKind): readonly Finding[] {
  const fold = folds[kind]?.field;
  if (!fold || !relations) return [];
  return collisions(relations.target, fold).map(([field, other]) =>
    mappingFinding(object, {
      code: 'mapping.names-collide',
      title: `The target cannot tell ${relations.target.name}.${field} from ${other}`,
      detail: 'it compares the names of fields without looking at capital letters',
      fix: 'Give one of them another name under `fields`.',
      where: { system: 'target', relation: relations.target.name, field },
    }),
  );
}

function collisions(relation: Relation, fold: Fold): readonly (readonly [field: string, other: string])[] {
  const taken = new Map<string, string>();
  return relation.fields.flatMap(({ name }) => {
    const other = taken.get(fold(name));
    taken.set(fold(name), other ?? name);
    return other === undefined ? [] : [[name, other] as const];
  });
}

type Fold = (name: string) => string;

/**
 * What a system takes for the same name. SQLite folds the letters of ASCII; MySQL all letters of fields, while of
 * relations it depends on the server (`lower_case_table_names`), which refuses by itself.
 */
const folds: Readonly<Partial<Record<SystemKind, { readonly relation?: Fold; readonly field: Fold }>>> = {
  sqlite: { relation: foldAscii, field: foldAscii },
  mysql: { field: (name) => name.toLowerCase() },
};

function foldAscii(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
