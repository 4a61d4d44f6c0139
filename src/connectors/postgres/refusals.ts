import { DatabaseError } from 'pg';
import type { Relation } from '../../model/index.ts';
import type { RefusalCode, RefusedRecord, WriteRecord } from '../port.ts';
import { UnfitValue } from './unfit-value.ts';

/** Some record of a batch cannot be written, for a reason that is not an error of the server. */
export class RecordTrouble extends Error {
  readonly code: RefusalCode;
  readonly field: string | null;

  constructor(code: RefusalCode, message: string, field: string | null = null) {
    super(message);
    this.name = 'RecordTrouble';
    this.code = code;
    this.field = field;
  }
}

/**
 * Is this failure about the content of a record, so that others may still be written? Everything else (a lost connection,
 * a missing privilege, a full disk) fails the slice.
 */
export function isAboutRecord(error: unknown): boolean {
  if (error instanceof RecordTrouble || error instanceof UnfitValue) return true;
  // 22 data, 23 constraints, 44 check options, 54 program limits (an index entry that is too long), P0 and 38 what triggers
  // raise, 27 and 09 triggers, 21 cardinality. Not 54001: that is the depth of the server's stack.
  const state = error instanceof DatabaseError ? (error.code ?? '') : '';
  if (isUnreadText(error)) return true;
  return /^(22|23|44|54(?!001)|P0|38|27|09|21)/.test(state);
}

/**
 * Some types call a text they cannot read a syntax error (tsvector), one that stands at no place of a statement, or an
 * internal error of the function that reads it (hstore before version 16).
 */
export function isUnreadText(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  if (error.code === 'XX000') return error.file?.endsWith('_io.c') === true;
  return error.code === '42601' && error.position === undefined && error.internalPosition === undefined;
}

/** A record's refusal in the words of the port. `field` is what was found out otherwise about the field to blame. */
export function refusal(
  record: WriteRecord,
  relation: Relation,
  error: unknown,
  field: string | null,
): RefusedRecord {
  const { sourceKey, row } = record;
  if (!(error instanceof DatabaseError)) {
    const {
      code,
      message,
      field: own = null,
    } = error as Pick<RecordTrouble, 'code' | 'message'> & Partial<RecordTrouble>;
    return { sourceKey, row, code, message, field: field ?? own, constraint: null };
  }
  const constraint = error.constraint ?? null;
  return {
    sourceKey,
    row,
    code: refusalCode(error.code ?? ''),
    // Without `detail`: it may show values of the record that is in the way.
    message: error.message,
    field: field ?? error.column ?? constraintField(relation, constraint),
    constraint,
  };
}

function refusalCode(state: string): RefusalCode {
  switch (state) {
    case '23505':
    case '23P01':
      return 'target.unique';
    case '23503':
      return 'target.foreign-key';
    case '23502':
      return 'target.not-null';
    case '23514':
    case '44000':
      return 'target.check';
    default:
      return /^(22|42601|XX000)/.test(state) ? 'target.type' : 'target.refused';
  }
}

/** The one field a constraint is about; null for several, they are named by the constraint. */
function constraintField(relation: Relation, constraint: string | null): string | null {
  const keys = [
    ...(relation.primaryKey ? [relation.primaryKey] : []),
    ...relation.uniques,
    ...relation.foreignKeys.flatMap((key) =>
      (key.parts?.keptBy ?? [key]).map(({ name }) => ({ name, fields: key.fields })),
    ),
  ];
  const fields = keys.find(({ name }) => name === constraint)?.fields ?? [];
  return fields.length === 1 ? (fields[0] ?? null) : null;
}
