import {
  type Field,
  type Finding,
  findField,
  type Mapping,
  nearestName,
  type ObjectMapping,
  type Relation,
  type Schema,
} from '../model/index.ts';
import { emptyReason } from './check-fields.ts';
import { mappingFinding, meant } from './mapping-finding.ts';
import { leftBehindName } from './parse-mapping.ts';

/**
 * Nothing of the source is forgotten: every relation is mapped or left behind with a reason, every field of a mapped one is
 * read by an object or left behind with a reason. Views hold nothing of their own and may stay unsaid.
 *
 * @param reads by object: the source fields that end up in its target records; objects that cannot be judged are not in it
 */
export function checkAccounted(
  mapping: Mapping,
  source: Schema,
  reads: ReadonlyMap<string, ReadonlySet<string>>,
): readonly Finding[] {
  return [
    ...mapping.objects.flatMap((object) => leftBehindOf(object, source, reads.get(object.name))),
    ...source.relations.flatMap((relation) => relationAccounted(mapping, relation, reads)),
    ...mapping.leftBehind.flatMap((left) => relationLeft(mapping, source, left)),
  ];
}

function relationAccounted(
  mapping: Mapping,
  relation: Relation,
  reads: ReadonlyMap<string, ReadonlySet<string>>,
): readonly Finding[] {
  const objects = mapping.objects.filter(({ source }) => source === relation.name);
  if (objects.length === 0) return unmapped(mapping, relation);
  if (!objects.every(({ name }) => reads.has(name))) return [];
  return relation.fields
    .filter(({ synthetic }) => !synthetic)
    .flatMap((field) => {
      const left = objects.some(({ leftBehind }) => leftBehind.some((one) => one.field === field.name));
      if (left || objects.some(({ name }) => reads.get(name)?.has(field.name))) return [];
      return [unaccounted(objects[0] ?? null, relation, field)];
    });
}

function unmapped(mapping: Mapping, relation: Relation): readonly Finding[] {
  if (relation.kind === 'view' || mapping.leftBehind.some((left) => left.relation === relation.name))
    return [];
  return [
    mappingFinding(null, {
      code: 'mapping.unmapped-relation',
      title: `Nobody has decided what happens to ${relation.name}`,
      detail: `no object maps it, and it is not left behind (${relation.rowsEstimate ?? 'unknown number of'} records by the system's estimate)`,
      fix: 'Map it, or list it with a reason in mapping/left-behind.yaml.',
      where: { system: 'source', relation: relation.name },
      waivable: true,
    }),
  ];
}

/** A computed field holds nothing that its parts do not, so it does not stop the plan. */
function unaccounted(object: ObjectMapping | null, relation: Relation, field: Field): Finding {
  return mappingFinding(object, {
    code: 'mapping.unaccounted-field',
    severity: field.generated === 'computed' ? 'warn' : 'block',
    title: `${relation.name}.${field.name} would be lost without a word`,
    detail: 'no expression of `fields` or `each` reads it, and it is not left behind',
    fix: 'Map it, or list it with a reason under `left_behind`.',
    where: { system: 'source', relation: relation.name, field: field.name },
  });
}

function leftBehindOf(
  object: ObjectMapping,
  source: Schema,
  reads: ReadonlySet<string> | undefined,
): readonly Finding[] {
  const relation = source.relations.find(({ name }) => name === object.source);
  if (!relation) return [];
  return object.leftBehind.flatMap(({ field, reason }) => {
    const where = { system: 'source', relation: relation.name, field } as const;
    if (!findField(relation, field)) {
      const nearest = nearestName(
        field,
        relation.fields.map(({ name }) => name),
      );
      return mappingFinding(object, {
        code: 'mapping.unknown-source-field',
        title: 'The source has no such field to leave behind',
        detail: `${relation.name} has no field ${field}.${meant(nearest)}`,
        fix: 'Correct the name under `left_behind`.',
        where,
      });
    }
    if (reason.trim() === '')
      return {
        ...emptyReason(object, `${relation.name}.${field}`, field),
        where: { ...where, object: object.name, ...(object.file ? { file: object.file } : {}) },
      };
    if (!reads?.has(field)) return [];
    return mappingFinding(object, {
      code: 'mapping.left-and-mapped',
      severity: 'warn',
      title: `${relation.name}.${field} is left behind and carried over`,
      detail: 'an expression reads it, and `left_behind` says it stays',
      fix: 'Remove one of the two, so that the mapping says what happens.',
      where,
    });
  });
}

function relationLeft(
  mapping: Mapping,
  source: Schema,
  { relation, reason }: Mapping['leftBehind'][number],
): readonly Finding[] {
  const where = { system: 'source', relation, file: `mapping/${leftBehindName}.yaml` } as const;
  if (!source.relations.some(({ name }) => name === relation)) {
    const nearest = nearestName(
      relation,
      source.relations.map(({ name }) => name),
    );
    return [
      mappingFinding(null, {
        code: 'mapping.unknown-source-relation',
        title: `The source has no relation ${relation} to leave behind`,
        detail: `left-behind.yaml names it.${meant(nearest)}`,
        fix: 'Correct the name, or remove it.',
        where,
      }),
    ];
  }
  // Whoever maps a relation that a sketch had listed owes no reason for leaving it.
  if (!mapping.objects.some((object) => object.source === relation))
    return reason.trim() === '' ? [{ ...emptyReason(null, `the relation ${relation}`, ''), where }] : [];
  return [
    mappingFinding(null, {
      code: 'mapping.left-and-mapped',
      severity: 'warn',
      title: `${relation} is left behind and mapped`,
      detail: 'an object maps it, and left-behind.yaml says it stays',
      fix: 'Remove one of the two, so that the mapping says what happens.',
      where,
    }),
  ];
}
