import type { ForeignKey, Key } from '../../model/index.ts';
import { inDatabase } from './inspect-objects.ts';
import type { Session } from './sessions.ts';
import type { TextRow } from './wire-row.ts';

export interface Keys {
  readonly primaryKey: Key | null;
  readonly uniques: readonly Key[];
  readonly foreignKeys: readonly ForeignKey[];
}

/** Keys and references of every relation of the session's database; ask by the relation's name. */
export async function readKeys(session: Session): Promise<(relation: string) => Keys> {
  const [indexed, references] = [await session.rows(uniquesQuery), await session.rows(referencesQuery)];
  const uniques = Map.groupBy(indexed, ([relation]) => String(relation));
  const foreign = Map.groupBy(references, ([relation]) => String(relation));
  return (relation) => {
    const keys = keysOf(uniques.get(relation) ?? []);
    return {
      primaryKey: keys.find(({ name }) => name === 'PRIMARY') ?? null,
      uniques: keys.filter(({ name }) => name !== 'PRIMARY'),
      foreignKeys: foreignKeysOf(foreign.get(relation) ?? []),
    };
  };
}

/** A part of a key without a column is an expression: it names no record by its fields. */
function keysOf(rows: readonly TextRow[]): Key[] {
  return [...Map.groupBy(rows, ([, name]) => String(name))]
    .filter(([, parts]) => parts.every(([, , column]) => column !== null))
    .map(([name, parts]) => ({
      name,
      fields: parts.map(([, , column]) => String(column)),
      deferrable: false,
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const uniquesQuery = `
  SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS
  WHERE ${inDatabase('TABLE_SCHEMA')} AND NON_UNIQUE = 0 ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`;

function foreignKeysOf(rows: readonly TextRow[]): ForeignKey[] {
  return [...Map.groupBy(rows, ([, name]) => String(name))]
    .map(([name, parts]) => {
      const [, , , own, schema, other, , onDelete, onUpdate] = parts[0] ?? [];
      return {
        name,
        fields: parts.map(([, , field]) => String(field)),
        references: {
          // A relation of another database is outside this system; its name says so.
          relation: own === schema ? String(other) : `${schema}.${other}`,
          fields: parts.map((part) => String(part[6])),
        },
        onDelete: String(onDelete),
        onUpdate: String(onUpdate),
        deferrable: false,
      };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const referencesQuery = `
  SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.TABLE_SCHEMA, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME,
    k.REFERENCED_COLUMN_NAME, r.DELETE_RULE, r.UPDATE_RULE
  FROM information_schema.KEY_COLUMN_USAGE AS k JOIN information_schema.REFERENTIAL_CONSTRAINTS AS r
    ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
  WHERE ${inDatabase('k.TABLE_SCHEMA')} AND k.REFERENCED_TABLE_NAME IS NOT NULL
  ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`;
