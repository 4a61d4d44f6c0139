import type { DescribedField, DescribedObject } from './described-object.ts';
import type { ObjectCatalog } from './object-catalog.ts';
import type { DuplicateRule, OrgSettings } from './org-file.ts';
import { notAnOption } from './read-value.ts';
import type { RecordTables, Row } from './record-tables.ts';
import { Refusal, recordRefusal } from './refusal.ts';

interface RowCheck {
  readonly object: DescribedObject;
  readonly row: Row;
  /** As it was; null where it is new. */
  readonly before: Row | null;
  readonly tables: RecordTables;
  readonly catalog: ObjectCatalog;
  readonly settings: OrgSettings;
  readonly writing: { readonly allowDuplicates: boolean };
}

/** Holds a whole record against what the org demands: required, linked, unique, valid, no duplicate; throws the first refusal. */
export function checkRow(check: RowCheck): void {
  runTriggers(check);
  checkRequired(check);
  for (const field of check.object.fields) {
    if (check.before !== null && check.row[field.name] === check.before[field.name]) continue;
    checkReference(check, field);
    checkUnder(check, field);
    checkUnique(check, field);
  }
  checkPlace(check);
  checkValidations(check);
  checkDuplicates(check);
}

/** A document hangs on a record once. */
function checkPlace({ object, row, before, tables, catalog }: RowCheck): void {
  if (object.name !== 'ContentDocumentLink' || before !== null) return;
  const ends = ['ContentDocumentId', 'LinkedEntityId'].flatMap((name) => catalog.field(object, name) ?? []);
  if (tables.sameIn(object, ends, row, String(row['Id'])) !== null)
    throw recordRefusal(
      'DUPLICATE_VALUE',
      `Document with ID: ${String(row['ContentDocumentId'])} is already linked with the entity with ID: ${String(row['LinkedEntityId'])}`,
    );
}

/** Of a trigger that nothing caught. */
function runTriggers({ object, row, before, settings }: RowCheck): void {
  for (const { name, field, matches, exception, at, ...trigger } of settings.triggers) {
    const value = row[field] ?? null;
    if (trigger.object !== object.name || value === null || value instanceof Uint8Array) continue;
    if (!new RegExp(matches, 'u').test(String(value))) continue;
    const stack = [...at, `Trigger.${name}: line 3, column 1`].join('\n');
    throw recordRefusal(
      'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
      `${name}: execution of Before${before === null ? 'Insert' : 'Update'}\n\ncaused by: ${exception}\n\n${stack}`,
    );
  }
}

function checkRequired({ object, row }: RowCheck): void {
  const missing = object.fields.filter((field) => field.required && (row[field.name] ?? null) === null);
  const names = missing.map(({ name }) => name);
  if (names.length > 0)
    throw recordRefusal(
      'REQUIRED_FIELD_MISSING',
      `Required fields are missing: [${names.join(', ')}]`,
      names,
    );
}

function checkReference({ row, tables, catalog, settings }: RowCheck, field: DescribedField): void {
  const id = row[field.name];
  if (field.kind !== 'reference' || typeof id !== 'string') return;
  const parent = catalog.byPrefix(id);
  if (parent === null || !field.refersTo.includes(parent.name))
    throw recordRefusal('FIELD_INTEGRITY_EXCEPTION', `${field.label}: id value of incorrect type: ${id}`, [
      field.name,
    ]);
  const found = tables.find(parent, id);
  if (found === null) throw recordRefusal('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
  if (Number(found['IsDeleted']) === 1) throw recordRefusal('ENTITY_IS_DELETED', 'entity is deleted', []);
  if (field.name === 'OwnerId' && Number(found['IsActive']) === 0 && !settings.inactiveOwners)
    throw recordRefusal('INACTIVE_OWNER_OR_USER', `operation performed with inactive user [${id}]`, [
      'OwnerId',
    ]);
}

/** A dependent picklist: only what its controlling field's value allows. */
function checkUnder({ row, catalog, object }: RowCheck, field: DescribedField): void {
  const value = row[field.name];
  if (field.controller === null || typeof value !== 'string') return;
  const controller = catalog.field(object, field.controller);
  const chosen = controller === null ? null : row[controller.name];
  const known = field.values.find((one) => one.value === value);
  if (known !== undefined && known.under.length > 0 && !known.under.includes(String(chosen)))
    throw notAnOption(field, value);
}

function checkUnique({ object, row, tables }: RowCheck, field: DescribedField): void {
  if (!field.unique) return;
  const other = tables.sameIn(object, [field], row, String(row['Id']));
  if (other !== null)
    throw recordRefusal(
      'DUPLICATE_VALUE',
      `duplicate value found: ${field.name} duplicates value on record with id: ${other.slice(0, 15)}`,
    );
}

function checkValidations({ object, row, settings }: RowCheck): void {
  for (const rule of settings.validations) {
    const value = row[rule.field];
    if (rule.object !== object.name || value === null || value === undefined) continue;
    const shown = value instanceof Uint8Array ? '' : String(value);
    if (!new RegExp(rule.matches, 'u').test(shown))
      throw recordRefusal('FIELD_CUSTOM_VALIDATION_EXCEPTION', rule.message, [rule.field]);
  }
}

function checkDuplicates({ object, row, tables, catalog, settings, writing }: RowCheck): void {
  for (const rule of settings.duplicateRules) {
    if (rule.object !== object.name || (rule.allowSave && writing.allowDuplicates)) continue;
    const fields = rule.fields.flatMap((name) => catalog.field(object, name) ?? []);
    const other = tables.sameIn(object, fields, row, String(row['Id']));
    if (other !== null) throw duplicateFound(object, rule, other);
  }
}

function duplicateFound({ name }: DescribedObject, rule: DuplicateRule, other: string): Refusal {
  const message = 'Use one of these records?';
  const record = {
    attributes: { type: name, url: `/services/data/v62.0/sobjects/${name}/${other}` },
    Id: other,
  };
  const duplicateResut = {
    allowSave: rule.allowSave,
    duplicateRule: rule.name,
    duplicateRuleEntityType: name,
    errorMessage: message,
    matchResults: [
      {
        entityType: name,
        matchEngine: 'ExactMatchEngine',
        matchRecords: [{ additionalInformation: [], fieldDiffs: [], matchConfidence: 100, record }],
        rule: rule.name,
        size: 1,
        success: true,
      },
    ],
  };
  return new Refusal(400, [{ duplicateResut, errorCode: 'DUPLICATES_DETECTED', message, fields: [] }]);
}
