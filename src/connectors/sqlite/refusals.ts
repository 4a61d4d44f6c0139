import type { ForeignKey, Relation } from '../../model/index.ts';
import type { RefusalCode, RefusedRecord, WriteRecord } from '../port.ts';
import type { DriverError } from './faults.ts';

export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly field: string | null;
  readonly constraint: string | null;
}

export function refused(record: WriteRecord, refusal: Refusal): RefusedRecord {
  return { sourceKey: record.sourceKey, row: record.row, ...refusal };
}

/** The extended result code that says a reference leads nowhere, without saying which. */
export const foreignKeyCode = 787;

/** Some rule of the database, a trigger's included, says no (SQLITE_CONSTRAINT). */
export function isRuleBroken({ errcode }: DriverError): boolean {
  return (errcode & 0xff) === 19;
}

/** SQLite's extended result codes that say no to one record; null for every other failure. */
export function refusalFor(error: DriverError, relation: Relation): Refusal | null {
  const message = error.message;
  switch (error.errcode) {
    case 1555:
    case 2067:
    case 2579:
      return uniqueRefusal(relation, message);
    case 1299:
      return {
        code: 'target.not-null',
        message,
        field: fieldsIn(relation, message)[0] ?? null,
        constraint: null,
      };
    case 275:
      return { code: 'target.check', message, field: null, constraint: afterColon(message) };
    case 3091:
      return {
        code: 'target.type',
        message,
        field: relation.fields.find(({ name }) => message.endsWith(`.${name}`))?.name ?? null,
        constraint: null,
      };
    case 20:
      return { code: 'target.type', message, field: relation.identity[0] ?? null, constraint: null };
    case 18:
      return { code: 'target.type', message, field: null, constraint: null };
    default:
      return isRuleBroken(error) ? { code: 'target.refused', message, field: null, constraint: null } : null;
  }
}

function uniqueRefusal(relation: Relation, message: string): Refusal {
  const fields = fieldsIn(relation, message);
  const keys = [...(relation.primaryKey ? [relation.primaryKey] : []), ...relation.uniques];
  const key = keys.find((each) => each.fields.join('\n') === fields.join('\n'));
  const constraint = key?.name ?? afterColon(message);
  return {
    code: 'target.unique',
    message,
    field: fields.length === 1 ? (fields[0] ?? null) : null,
    constraint,
  };
}

/** `UNIQUE constraint failed: lines.order, lines.number`: each field with its relation before it. */
function fieldsIn(relation: Relation, message: string): string[] {
  const list = afterColon(message);
  const prefix = `${relation.name}.`;
  return list.startsWith(prefix) ? list.slice(prefix.length).split(`, ${prefix}`) : [];
}

function afterColon(message: string): string {
  return message.slice(message.indexOf(': ') + 2);
}

export function referenceRefusal({ name, fields, references }: ForeignKey): Refusal {
  const to = `${references.relation} (${references.fields.join(', ')})`;
  return {
    code: 'target.foreign-key',
    message: `FOREIGN KEY constraint failed: ${fields.join(', ')} refers to no record of ${to}`,
    field: fields.length === 1 ? (fields[0] ?? null) : null,
    constraint: name,
  };
}
