import {
  changesFieldsAlone,
  type Finding,
  findField,
  isRequired,
  nearestName,
  type ObjectMapping,
  type Relation,
  type SystemKind,
  writesOneByOne,
} from '../model/index.ts';
import { mappingFinding, meant } from './mapping-finding.ts';

/**
 * Does the object give the target relation what it needs: required fields, a key that is one, nothing it writes itself?
 *
 * @param filled fields that other objects have filled in these records before
 */
export function checkTarget(
  object: ObjectMapping,
  target: Relation,
  kind: SystemKind,
  filled: ReadonlySet<string>,
): readonly Finding[] {
  return [
    ...checkKind(object, target),
    ...checkKey(object, target),
    ...checkRequired(object, target, changesFieldsAlone(kind) ? filled : new Set()),
    ...checkWritten(object, target),
    ...(writesOneByOne(kind) ? checkNamed(object, target) : []),
  ];
}

/** Without a value that names it a record could not be told from one whose answer was lost: it would be there twice. */
function checkNamed(object: ObjectMapping, target: Relation): readonly Finding[] {
  const fed = new Set(object.fields.map(({ field }) => field));
  const keys = [...(target.primaryKey ? [target.primaryKey] : []), ...target.uniques];
  if (object.mode === 'upsert' || keys.some(({ fields }) => fields.every((field) => fed.has(field))))
    return [];
  const unique = target.uniques.map(({ fields }) => fields.join(', ')).join('; ');
  return [nothingNames(object, unique === '' ? 'no unique field' : `${unique} is not mapped`)];
}

/** @param why what lacks, as the target sees it */
export function nothingNames(object: ObjectMapping, why: string): Finding {
  return mappingFinding(object, {
    code: 'mapping.nothing-names-record',
    title: `Nothing that is written names a record of ${object.target}`,
    detail: `the target has no transactions, and ${why}`,
    fix: 'Have a unique field made for the old id, and map it.',
    where: { system: 'target', relation: object.target },
  });
}

function checkKind(object: ObjectMapping, target: Relation): readonly Finding[] {
  if (target.kind !== 'view') return [];
  return [
    mappingFinding(object, {
      code: 'mapping.target-is-view',
      title: `${target.name} is a view`,
      detail: 'records are written to tables and files only, so that each write can be undone',
      fix: 'Map to the tables behind the view.',
      where: { system: 'target', relation: target.name },
    }),
  ];
}

function checkKey(object: ObjectMapping, target: Relation): readonly Finding[] {
  const { key, mode } = object;
  const where = { system: 'target', relation: target.name } as const;
  const known = target.fields.map(({ name }) => name);
  const unknown = key.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    return unknown.map((field) =>
      mappingFinding(object, {
        code: 'mapping.unknown-key-field',
        title: `The key names a field the target does not have`,
        detail: `${target.name} has no field ${field}.${meant(nearestName(field, known))}`,
        fix: 'Correct `key`.',
        where: { ...where, field },
      }),
    );
  const findings: Finding[] = [];
  if (key.length > 0 && !isUnique(key, target))
    findings.push(
      mappingFinding(object, {
        code: 'mapping.key-not-unique',
        severity: mode === 'upsert' ? 'block' : 'warn',
        title: `Nothing in the target keeps (${key.join(', ')}) unique`,
        detail: `${target.name} has no primary key or unique key over these fields`,
        fix: 'Name the fields of a unique key, or add one to the target.',
        where: { ...where, field: key.join(', ') },
      }),
    );
  const unfed = key.filter((name) => !object.fields.some(({ field }) => field === name));
  if (mode === 'upsert' && (key.length === 0 || unfed.length > 0))
    findings.push(
      mappingFinding(object, {
        code: 'mapping.key-not-mapped',
        title: 'Upsert needs a key that the mapping feeds',
        detail: key.length === 0 ? '`key` is empty' : `${unfed.join(', ')} is not mapped`,
        fix: 'Map the key fields, or use another `mode`.',
        where: { ...where, field: unfed.join(', ') },
      }),
    );
  return findings;
}

function isUnique(key: readonly string[], target: Relation): boolean {
  const keys = [...(target.primaryKey ? [target.primaryKey] : []), ...target.uniques];
  // A key with more fields than a unique one is unique as well.
  return keys.some(({ fields }) => fields.every((field) => key.includes(field)));
}

function checkRequired(
  object: ObjectMapping,
  target: Relation,
  filled: ReadonlySet<string>,
): readonly Finding[] {
  const mapped = new Set(object.fields.map(({ field }) => field));
  return target.fields
    .filter((field) => isRequired(field) && !mapped.has(field.name) && !filled.has(field.name))
    .map(({ name: field }) =>
      mappingFinding(object, {
        code: 'mapping.required-unfed',
        title: `Nothing feeds the required field ${target.name}.${field}`,
        detail: 'it must not be null and has no default',
        fix: 'Map it, or give it a default in the target.',
        where: { system: 'target', relation: target.name, field },
      }),
    );
}

function checkWritten(object: ObjectMapping, target: Relation): readonly Finding[] {
  return object.fields.flatMap(({ field: name, line }) => {
    const field = findField(target, name);
    if (!field || (field.generated !== 'computed' && !field.synthetic)) return [];
    return mappingFinding(object, {
      code: 'mapping.not-writable',
      title: `${target.name}.${name} cannot be written`,
      detail: field.synthetic
        ? 'it only names records that have no key'
        : 'the target computes it from other fields',
      fix: 'Remove it from `fields`.',
      where: { system: 'target', relation: target.name, field: name, ...(line === null ? {} : { line }) },
    });
  });
}
