import type { Relation } from '../../model/index.ts';
import type { RefusalCode, RefusedRecord, WriteRecord } from '../port.ts';
import { isServerError, type ServerError, wordsWithoutValues } from './server-error.ts';
import { UnfitValue } from './unfit-value.ts';

/** Some record of a batch cannot be written, for a reason that is not an error of the server. */
export class RecordTrouble extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = 'RecordTrouble';
    this.code = code;
  }
}

const byNumber: readonly (readonly [code: RefusalCode, ...numbers: number[]])[] = [
  ['target.unique', 1022, 1062, 1169, 1586, 1761, 1762],
  ['target.foreign-key', 1216, 1217, 1451, 1452],
  ['target.not-null', 1048, 1263, 1364],
  ['target.check', 3819, 3820, 4025],
  ['target.type', 1264, 1265, 1292, 1366, 1367, 1406, 1411, 1416, 1690, 3140, 3854, 3617],
  // What triggers raise, a value without a partition, a record longer than a row.
  ['target.refused', 1118, 1526, 1644, 1748, 3132],
];

/**
 * Is this failure about the content of a record, so that others may still be written? Everything else (a lost connection,
 * a missing privilege, a full disk) fails the slice.
 */
export function isAboutRecord(error: unknown): boolean {
  if (error instanceof RecordTrouble || error instanceof UnfitValue) return true;
  return isServerError(error) && (numbered(error) !== undefined || /^(22|23|45)/.test(error.sqlState));
}

function numbered({ errno }: ServerError): RefusalCode | undefined {
  return byNumber.find(([, ...numbers]) => numbers.includes(errno))?.[0];
}

/** A record's refusal in the words of the port. */
export function refusal(record: WriteRecord, relation: Relation, error: unknown): RefusedRecord {
  const { sourceKey, row } = record;
  if (!isServerError(error)) {
    const { code, message } = error as RecordTrouble | UnfitValue;
    const field = error instanceof UnfitValue ? error.field : null;
    return { sourceKey, row, code: code as RefusalCode, message, field, constraint: null };
  }
  const constraint = constraintIn(error);
  return {
    sourceKey,
    row,
    code: numbered(error) ?? (error.sqlState.startsWith('22') ? 'target.type' : 'target.refused'),
    message: wordsWithoutValues(error),
    field: columnIn(error) ?? constraintField(relation, constraint),
    constraint,
  };
}

/** `for key 'contacts.email'`, ``CONSTRAINT `to_a` ``, `Check constraint 'age' is violated`; MySQL puts the table in front. */
function constraintIn({ sqlMessage }: ServerError): string | null {
  const found =
    /for key '(?:[^'.]*\.)?((?:[^']|'')*)'/.exec(sqlMessage) ??
    /CONSTRAINT `(?:[^`.]*\.)?((?:[^`]|``)*)`/.exec(sqlMessage) ??
    /[Cc]onstraint '((?:[^']|'')*)' is violated/.exec(sqlMessage);
  return found?.[1]?.replaceAll('``', '`') ?? null;
}

function columnIn({ sqlMessage }: ServerError): string | null {
  const found =
    /[Cc]olumn '((?:[^']|'')*)'/.exec(sqlMessage)?.[1] ??
    /column `(?:[^`]|``)*`\.`(?:[^`]|``)*`\.`((?:[^`]|``)*)`/.exec(sqlMessage)?.[1]?.replaceAll('``', '`') ??
    /Field '((?:[^']|'')*)' doesn't have a default/.exec(sqlMessage)?.[1];
  return found ?? null;
}

/** The one field a constraint is about; null for several, they are named by the constraint. */
function constraintField(relation: Relation, constraint: string | null): string | null {
  const keys = [
    ...(relation.primaryKey ? [relation.primaryKey] : []),
    ...relation.uniques,
    ...relation.foreignKeys,
  ];
  const fields = keys.find(({ name }) => name === constraint)?.fields ?? [];
  return fields.length === 1 ? (fields[0] ?? null) : null;
}
