import type { Field, Relation } from '../../model/index.ts';
import { mysqlFault } from './faults.ts';
import { fieldTypeOf } from './field-types.ts';
import type { Session } from './sessions.ts';
import { quoteName, quoteText } from './sql.ts';

/** A relation as the statements that change it need it, read from the catalog at the time of writing. */
export interface TargetTable {
  /** Quoted. */
  readonly name: string;
  readonly relation: Relation;
  /** All columns there are now, in their order. */
  readonly fields: readonly Field[];
}

export async function readTargetTable(session: Session, relation: Relation): Promise<TargetTable> {
  await expectTransactions(session, relation);
  const table = quoteText(relation.name);
  const rows = await session.rows(
    `SELECT COLUMN_NAME, COLUMN_TYPE, COLLATION_NAME, IS_NULLABLE, EXTRA FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = database() AND TABLE_NAME = ${table} AND CAST(TABLE_NAME AS BINARY) = CAST(${table} AS BINARY)
     ORDER BY ORDINAL_POSITION`,
  );
  const fields = rows.map(([name, type, collation, nullable, extra]): Field => {
    const native = collation === null ? String(type) : `${type} COLLATE ${collation}`;
    const known = relation.fields.find((field) => field.name === name);
    if (known?.native === native && known.nullable === (nullable === 'YES')) return known;
    return {
      name: String(name),
      type: fieldTypeOf(String(name), native, null, 'text'),
      native,
      nullable: nullable === 'YES',
      default: null,
      generated: /(VIRTUAL|STORED|PERSISTENT) GENERATED/.test(extra ?? '') ? 'computed' : 'no',
      synthetic: false,
      comment: null,
    };
  });
  return { name: quoteName(relation.name), relation, fields };
}

async function expectTransactions(session: Session, { name }: Relation): Promise<void> {
  const [row] = await session.rows(
    `SELECT t.TABLE_TYPE, t.ENGINE, e.TRANSACTIONS FROM information_schema.TABLES AS t
       LEFT JOIN information_schema.ENGINES AS e ON e.ENGINE = t.ENGINE
     WHERE t.TABLE_SCHEMA = database() AND t.TABLE_NAME = ${quoteText(name)}`,
  );
  const where = { relation: name };
  if (row === undefined) throw mysqlFault('mysql.structure', `there is no table ${name}`, where);
  if (row[0] === 'VIEW') throw mysqlFault('mysql.structure', `${name} is a view`, where);
  if (row[2] !== 'YES') throw mysqlFault('mysql.not-transactional', `${name} is kept by ${row[1]}`, where);
}

export function targetField({ fields, name }: TargetTable, field: string): Field {
  const found = fields.find((candidate) => candidate.name === field);
  if (found === undefined)
    throw mysqlFault('mysql.structure', `there is no field ${field} in ${name}`, { field });
  return found;
}
