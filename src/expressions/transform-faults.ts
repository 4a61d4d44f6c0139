import { GodwitError } from '../model/index.ts';

/** What can be wrong with an object of the mapping (found when compiling) and with one record under it (when transforming). */

export function unmatchedValue(field: string, value: string): GodwitError {
  return new GodwitError({
    code: 'mapping.unmatched-value',
    title: 'A value is not in the value map',
    detail: `${field} has no entry for ${quoted(value)}`,
    nextStep: 'Add the value to `values` of this field, or decide that such records are quarantined.',
    fate: 'never',
    where: { field },
  });
}

export function requiredNull(field: string): GodwitError {
  return new GodwitError({
    code: 'mapping.required-null',
    title: 'The target field must not be null',
    detail: `${field} would become NULL`,
    nextStep: 'Say with coalesce() what a missing value becomes, or purge such records with a reason.',
    fate: 'never',
    where: { field },
  });
}

export function unknownTargetField(field: string, relation: string): GodwitError {
  return fault(
    'mapping.unknown-target-field',
    'The target has no such field',
    `${relation} has no field ${field}`,
    'Correct the name, or add the field to the target and inspect it again.',
    field,
  );
}

export function noAssignment(field: string, from: string, to: string, reason: string): GodwitError {
  return fault(
    'mapping.no-assignment',
    'A value of this type does not become a value of the target field',
    `${field}: ${from} to ${to}: ${reason}`,
    'Convert it on purpose, for example with a cast, to_date(), to_char() or a value map.',
    field,
  );
}

export function purgeNotBoolean(rule: number, type: string): GodwitError {
  return fault(
    'mapping.purge-not-boolean',
    'A purge rule has to be true or false',
    `rule ${rule + 1} gives ${type}`,
    "Write a condition, for example `status = 'deleted'`.",
  );
}

export function eachNotList(type: string): GodwitError {
  return fault(
    'mapping.each-not-list',
    '`each` needs a list',
    `\`in\` gives ${type}`,
    "Give a list, for example `string_to_array(emails, ';')`.",
  );
}

export function lookupInEach(): GodwitError {
  return fault(
    'mapping.lookup-in-each',
    'The list of `each` cannot depend on new ids',
    '`in` uses lookup()',
    'Use lookup() in the fields, on the element.',
  );
}

export function nameTaken(name: string): GodwitError {
  return fault(
    'mapping.name-taken',
    'A name of `each` is taken',
    `${name} is already a field of the source or the other name of \`each\``,
    'Choose another name: expressions could not tell the two apart.',
  );
}

export function valuesType(field: string, type: string): GodwitError {
  return fault(
    'mapping.values-type',
    'A value map works on texts',
    `${field}: the expression gives ${type}`,
    'Make it a text first, for example with `::text`.',
    field,
  );
}

export function valueUnfit(field: string, value: string, type: string, reason: string): GodwitError {
  return fault(
    'mapping.value-unfit',
    'A new value of the value map does not fit the target field',
    `${field}: ${quoted(value)} is not a ${type}: ${reason}`,
    'Write a value the target field accepts.',
    field,
  );
}

function fault(code: string, title: string, detail: string, nextStep: string, field?: string): GodwitError {
  return new GodwitError({
    code,
    title,
    detail,
    nextStep,
    fate: 'never',
    ...(field === undefined ? {} : { where: { field } }),
  });
}

function quoted(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value);
}
