import type { Relation, Row, Slice } from '../../model/index.ts';
import { mysqlFault } from './faults.ts';
import { isBehind, type KeyField, keyFields, keyLiterals, rawKeyLiterals } from './key-sql.ts';
import { readField } from './read-values.ts';
import { fromRelation } from './relation-sql.ts';
import { UnfitValue } from './unfit-value.ts';
import type { RawRow } from './wire-row.ts';

/** Runs one query in the snapshot. */
export type Ask = (sql: string) => Promise<readonly RawRow[]>;

/**
 * Cuts a relation at every n-th key of its sorted records: by counting, never by arithmetic on the key space, so that gaps
 * and skew do not matter. Each bound is found from the one before it, which reads every index entry once.
 */
export async function* splitRelation(
  ask: Ask,
  relation: Relation,
  rowsPerSlice: number,
): AsyncGenerator<Slice> {
  const size = Math.max(1, Math.floor(rowsPerSlice));
  if (relation.identity.includes('#row')) {
    yield* splitByNumber(ask, relation, size);
    return;
  }
  const keys = keyFields(relation, relation.identity);
  let after: Row | null = null;
  let behind: readonly string[] | null = null;
  for (let number = 0; ; number += 1) {
    const rows: readonly RawRow[] = await ask(boundQuery(relation, keys, behind, size));
    const bound = firstUsable(relation, keys, rows);
    if (bound === null) {
      yield { number, after, upTo: null, rowsEstimate: size };
      return;
    }
    yield { number, after, upTo: bound.values, rowsEstimate: size + bound.passedOver };
    [after, behind] = [bound.values, bound.literals];
  }
}

/** Records that may serve as a bound where the n-th cannot: a key with a zero date names no value. */
const candidates = 100;

function boundQuery(
  relation: Relation,
  keys: readonly KeyField[],
  behind: readonly string[] | null,
  size: number,
): string {
  const columns = [
    ...keys.flatMap(({ rawSql }) => [rawSql]),
    ...keys.map(({ field }) => readField(field).sql[0]),
  ].join(', ');
  const where = behind === null ? '' : ` WHERE ${isBehind(keys, behind)}`;
  const order = keys.map(({ sql }) => sql).join(', ');
  return `SELECT ${columns} FROM ${fromRelation(relation)}${where} ORDER BY ${order} LIMIT ${candidates + 1} OFFSET ${size - 1}`;
}

interface Bound {
  readonly values: Row;
  readonly literals: readonly string[];
  /** Records behind the n-th that could not be one. */
  readonly passedOver: number;
}

/** The last record is never a bound: behind it would follow a slice without records. */
function firstUsable(relation: Relation, keys: readonly KeyField[], rows: readonly RawRow[]): Bound | null {
  for (const [passedOver, row] of rows.slice(0, -1).entries()) {
    const values = keyValues(keys, row.slice(keys.length));
    const literals = rawKeyLiterals(keys, row.slice(0, keys.length));
    if (values !== null) return { values, literals, passedOver };
  }
  if (rows.length > candidates)
    throw mysqlFault('mysql.bad-bound', `${candidates} keys one after the other are no values`, {
      relation: relation.name,
    });
  return null;
}

/** All records, where each slice but the last tells how many it has. */
export async function countOfSlices(ask: Ask, relation: Relation, slices: readonly Slice[]): Promise<string> {
  const keys = keyFields(relation, relation.identity);
  const { after = null } = slices.at(-1) ?? {};
  const where = after === null ? '' : ` WHERE ${isBehind(keys, keyLiterals(keys, after))}`;
  const [row] = await ask(`SELECT count(*) FROM ${fromRelation({ ...relation, identity: [] })}${where}`);
  const before = slices.slice(0, -1).reduce((sum, { rowsEstimate }) => sum + rowsEstimate, 0);
  return String(BigInt(before) + BigInt(row?.[0]?.toString() ?? '0'));
}

/** The values of a key, or null where one of them cannot be read. */
export function keyValues(keys: readonly KeyField[], row: RawRow): Row | null {
  try {
    return keys.map(({ field }, at) => {
      const bytes = row[at] ?? null;
      return bytes === null ? null : readField(field).decode(bytes);
    });
  } catch (error) {
    if (error instanceof UnfitValue) return null;
    throw error;
  }
}

/** Each slice of records without a key has the server sort all of them. */
const numberedSlicesMax = 16;

/**
 * Records without a key have numbers from 1 without a gap. There are so few slices that the cost of sorting grows with the
 * records and not with their square; a run that was interrupted goes on at the next of them.
 */
async function* splitByNumber(ask: Ask, relation: Relation, wanted: number): AsyncGenerator<Slice> {
  const plain = { ...relation, identity: [] };
  const [row] = await ask(`SELECT count(*) FROM ${fromRelation(plain)}`);
  const count = Number(row?.[0]?.toString() ?? 0);
  const size = Math.max(wanted, Math.ceil(count / numberedSlicesMax));
  let number = 0;
  for (let upTo = size; upTo < count; upTo += size) {
    const after = number === 0 ? null : [String(upTo - size)];
    yield { number, after, upTo: [String(upTo)], rowsEstimate: size };
    number += 1;
  }
  yield { number, after: number === 0 ? null : [String(number * size)], upTo: null, rowsEstimate: size };
}
