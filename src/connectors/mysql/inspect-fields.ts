import type { Field } from '../../model/index.ts';
import { fieldTypeOf, type Promise01 } from './field-types.ts';
import { inDatabase } from './inspect-objects.ts';
import type { Session } from './sessions.ts';
import { quoteText } from './sql.ts';
import type { TextRow } from './wire-row.ts';

/** The fields of every relation of the session's database, by the relation's name, in their own order. */
export async function readFields(
  session: Session,
  kept: (relation: string, field: string) => Promise01,
  dates: 'checked' | 'text',
): Promise<ReadonlyMap<string, readonly Field[]>> {
  const { family } = session.facts;
  const byRelation = new Map<string, Field[]>();
  for (const row of await session.rows(fieldsQuery)) {
    const [relation, name, columnType, collation, nullable, , extra, , comment] = row.map(String);
    const native = row[3] === null ? String(columnType) : `${columnType} COLLATE ${collation}`;
    const generated = generatedKind(extra ?? '');
    const fields = byRelation.get(String(relation)) ?? [];
    byRelation.set(String(relation), fields);
    fields.push({
      name: String(name),
      type: fieldTypeOf(String(name), native, kept(String(relation), String(name)), dates),
      native,
      nullable: nullable === 'YES',
      default: generated === 'computed' ? (row[7] ?? null) : defaultOf(row, family),
      generated,
      synthetic: false,
      comment: comment === '' ? null : (comment ?? null),
    });
  }
  return byRelation;
}

const fieldsQuery = `
  SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, COLLATION_NAME, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, GENERATION_EXPRESSION,
    COLUMN_COMMENT
  FROM information_schema.COLUMNS WHERE ${inDatabase('TABLE_SCHEMA')} ORDER BY TABLE_NAME, ORDINAL_POSITION`;

function generatedKind(extra: string): Field['generated'] {
  if (/\bauto_increment\b/i.test(extra)) return 'identity-default';
  return /\bGENERATED\b/.test(extra.replace('DEFAULT_GENERATED', '')) ? 'computed' : 'no';
}

/** MariaDB tells an expression; MySQL tells a plain value, unless it says that it is an expression. */
function defaultOf(row: TextRow, family: 'MariaDB' | 'MySQL'): string | null {
  const [, , columnType, , , preset, extra] = row;
  if (preset === null || preset === undefined) return null;
  if (family === 'MariaDB') return preset === 'NULL' ? null : preset;
  const plain = /^(b'[01]*'|-?\d+(\.\d+)?)$/.test(preset) && !/char|text|enum|set/.test(columnType ?? '');
  return plain || /DEFAULT_GENERATED/.test(extra ?? '') ? preset : quoteText(preset);
}
