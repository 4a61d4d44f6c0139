import type { Field, Relation } from '../../model/index.ts';
import type { GivenNumbers } from '../port.ts';
import { inDatabase } from './inspect-objects.ts';
import type { Session, Sessions } from './sessions.ts';
import { quoteName, quoteText } from './sql.ts';

/** See `Snapshot.lastNumbers`: the counter of a table says which number it gives next. */
export async function lastNumbers(
  session: Session,
  relation: Relation,
): Promise<ReadonlyMap<string, string>> {
  const field = numberedField(relation);
  const next = field === undefined ? null : await nextNumber(session, relation);
  return field === undefined || next === null || next <= 1n
    ? new Map()
    : new Map([[field.name, String(next - 1n)]]);
}

/**
 * InnoDB moves its counter past every number that is written. Only where the source had given further numbers, to records that
 * are gone, is it set past those; never back.
 */
export async function nextNumbers(
  sessions: Sessions,
  relations: readonly Relation[],
  given: GivenNumbers = new Map(),
): Promise<readonly string[]> {
  return sessions.lend(async (session) => {
    const said: string[] = [];
    for (const relation of relations) {
      const field = numberedField(relation);
      if (field === undefined) continue;
      const last = given.get(relation.name)?.get(field.name);
      const next = (await nextNumber(session, relation)) ?? 1n;
      const goesOn = last === undefined || BigInt(last) < next ? next : BigInt(last) + 1n;
      if (goesOn > next && goesOn <= largest(field))
        await session.run(`ALTER TABLE ${quoteName(relation.name)} AUTO_INCREMENT = ${goesOn}`);
      if (goesOn > 1n) said.push(`${relation.name}.${field.name}: the next number is after ${goesOn - 1n}`);
    }
    return said;
  });
}

function numberedField({ fields }: Relation): Field | undefined {
  return fields.find(({ generated }) => generated === 'identity-default');
}

function largest({ type }: Field): bigint {
  if (type.kind !== 'integer') return 0n;
  return 2n ** BigInt(type.signed ? type.bits - 1 : type.bits) - 1n;
}

async function nextNumber(session: Session, { name }: Relation): Promise<bigint | null> {
  const [row] = await session.rows(
    `SELECT AUTO_INCREMENT FROM information_schema.TABLES WHERE ${inDatabase('TABLE_SCHEMA')} AND TABLE_NAME = ${quoteText(name)}`,
  );
  return row?.[0] === null || row?.[0] === undefined ? null : BigInt(row[0]);
}
