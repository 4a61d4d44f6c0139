import { createdType as mysqlCreated } from '../../src/connectors/mysql/native-types.ts';
import { createdType as postgresCreated } from '../../src/connectors/postgres/neutral-types.ts';
import { declaredTypeFor, fieldTypeOf } from '../../src/connectors/sqlite/field-types.ts';
import type { FieldType } from '../../src/model/index.ts';
import { verdictOf } from './conditions.ts';
import type { ComparedType } from './declared-equality.ts';
import { mariadbTypes } from './mariadb-types.ts';
import { postgresTypes } from './postgres-types.ts';
import { sqliteTypes } from './sqlite-types.ts';
import type { Sense, SystemName, TestedType } from './tested-type.ts';

export const systems: readonly SystemName[] = ['postgres', 'mariadb', 'sqlite'];

/** The types of a system that are tried, in groups. */
export const typeGroups: Readonly<Record<SystemName, readonly (readonly TestedType[])[]>> = {
  postgres: postgresTypes,
  mariadb: mariadbTypes,
  sqlite: sqliteTypes,
};

function createdType(system: SystemName, type: FieldType): FieldType {
  switch (system) {
    case 'postgres':
      return postgresCreated(type);
    case 'mariadb':
      return mysqlCreated(type, 'MariaDB');
    case 'sqlite':
      return fieldTypeOf(declaredTypeFor(type));
  }
}

/** Types of a system into which a plain copy of that type is possible at all. */
export function adoptedTypes(from: TestedType, to: SystemName): readonly TestedType[] {
  return typeGroups[to].flat().filter((type) => verdictOf(from, type).mark !== 'impossible');
}

/** The column that a system makes for a field of that type. */
export function createdAs(from: TestedType, system: SystemName): ComparedType {
  const model = createdType(system, from.model);
  return { system, model, sense: senseOf(model), native: '' };
}

/** What a value of a type is to whoever compares. */
export function senseOf({ kind }: FieldType): Sense {
  switch (kind) {
    case 'boolean':
    case 'float':
    case 'bytes':
    case 'list':
    case 'json':
      return kind;
    case 'integer':
    case 'decimal':
      return 'number';
    case 'text':
    case 'enum':
      return 'text';
    case 'any':
      return 'anything';
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant':
      return 'moment';
    default:
      return 'words';
  }
}
