import { type Finding, findField, type Mapping, type ObjectMapping, type Relation } from '../model/index.ts';
import type { CheckedField } from './check-fields.ts';
import { mappingFinding } from './mapping-finding.ts';

/**
 * A reference of the target that is fed with an old id although the records it points at get new ones. Such an id points at
 * nothing or, worse, at another record.
 */
export function checkReferences(
  object: ObjectMapping,
  target: Relation,
  fields: readonly CheckedField[],
  mapping: Mapping,
  targets: ReadonlyMap<string, Relation>,
): readonly Finding[] {
  return target.foreignKeys.flatMap(({ fields: own, references }) =>
    own.flatMap((name, at) => {
      const field = fields.find((one) => one.field === name);
      const referenced = references.fields[at];
      if (!field || referenced === undefined) return [];
      const parents = mapping.objects.filter((one) => one.target === references.relation);
      const renamed = parents.filter((parent) => isAssigned(parent, targets.get(parent.name), referenced));
      const asked = new Set(field.program.lookups.map((use) => use.object));
      if (
        renamed.length === 0 ||
        renamed.length < parents.length ||
        renamed.some((parent) => asked.has(parent.name))
      )
        return [];
      return [oldId(object, name, references.relation, referenced, renamed)];
    }),
  );
}

function isAssigned(parent: ObjectMapping, target: Relation | undefined, field: string): boolean {
  if (parent.fields.some((one) => one.field === field)) return false;
  const found = target && findField(target, field);
  return found ? found.generated !== 'no' || found.default !== null : false;
}

function oldId(
  object: ObjectMapping,
  field: string,
  relation: string,
  referenced: string,
  parents: readonly ObjectMapping[],
): Finding {
  const mapped = object.fields.find((one) => one.field === field);
  return mappingFinding(object, {
    code: 'mapping.old-id',
    title: `${object.target}.${field} would keep an old id`,
    detail: `the target assigns ${relation}.${referenced} itself, and ${mapped?.from ?? field} gives the id of the source`,
    fix: `Use lookup('${parents[0]?.name ?? relation}', ...), or keep the old ids by mapping ${referenced} in ${parents[0]?.name ?? relation}.`,
    where: {
      system: 'target',
      relation: object.target,
      field,
      ...(mapped?.line ? { line: mapped.line } : {}),
    },
    waivable: true,
  });
}
