import { type Field, type ForeignKey, findRelation, type Relation, type Schema } from '../../model/index.ts';
import { declaredTypeFor } from './field-types.ts';
import { portableCheck, portableDefault } from './portable-rules.ts';
import { quoted } from './sql.ts';

/**
 * The statements that create these relations here, tables before views. From another SQLite file: its own texts. From another
 * kind of system: by field type; a default or check whose meaning here is not certain is left out and the statement says so.
 */
export function createStatements(schema: Schema, names: readonly string[]): string[] {
  const wanted = names.map((name) => relationNamed(schema, name));
  const ordered = [...wanted].sort((a, b) => Number(a.kind === 'view') - Number(b.kind === 'view'));
  return ordered.flatMap((relation) =>
    schema.kind === 'sqlite' && relation.definition !== undefined
      ? [relation.definition, ...relation.indexes.map(({ definition }) => definition)]
      : translatedStatements(relation, new Set(schema.relations.map(({ name }) => name))),
  );
}

function relationNamed(schema: Schema, name: string): Relation {
  const relation = findRelation(schema, name);
  if (relation === undefined) throw new RangeError(`there is no relation ${name} to create`);
  return relation;
}

function translatedStatements(relation: Relation, known: ReadonlySet<string>): string[] {
  const fields = relation.fields.filter(({ synthetic }) => !synthetic);
  const ownNumber = ownNumberOf(relation);
  const left: string[] = [];
  const lines = fields.map((field) => columnLine(field, ownNumber, left));
  const { primaryKey } = relation;
  if (primaryKey && ownNumber === null) lines.push(`PRIMARY KEY (${list(primaryKey.fields)})`);
  for (const { name, fields: unique } of relation.uniques)
    lines.push(`CONSTRAINT ${quoted(name)} UNIQUE (${list(unique)})`);
  for (const { name, definition } of relation.checks) {
    const check = portableCheck(definition, fields);
    if (check === null) left.push(`${name} ${definition}`);
    else lines.push(`CONSTRAINT ${quoted(name)} CHECK ${check}`);
  }
  for (const key of relation.foreignKeys) {
    if (key.parts?.everywhere === false) left.push(`${key.name}: not every part of the relation keeps it`);
    else if (known.has(key.references.relation)) lines.push(referenceLine(key));
    else left.push(`${key.name}: ${key.references.relation} is not among the relations`);
  }
  const notes = left.map((text) => `-- left out: ${text.replace(/\s+/g, ' ')}\n`).join('');
  return [`${notes}CREATE TABLE ${quoted(relation.name)} (\n  ${lines.join(',\n  ')}\n)`];
}

/** The one whole-number field of a primary key becomes the row's own number: SQLite gives the next one. */
function ownNumberOf(relation: Relation): string | null {
  const [name, ...more] = relation.primaryKey?.fields ?? [];
  const field = relation.fields.find((each) => each.name === name);
  return more.length === 0 && field && declaredTypeFor(field.type) === 'INTEGER' ? field.name : null;
}

function columnLine(field: Field, ownNumber: string | null, left: string[]): string {
  const name = quoted(field.name);
  if (field.name === ownNumber)
    return `${name} INTEGER PRIMARY KEY${field.generated.startsWith('identity') ? ' AUTOINCREMENT' : ''}`;
  const parts = [name, declaredTypeFor(field.type)];
  if (!field.nullable) parts.push('NOT NULL');
  if (field.default !== null && field.generated === 'no') {
    const value = portableDefault(field.default);
    if (value === null) left.push(`${field.name} DEFAULT ${field.default}`);
    else parts.push(`DEFAULT ${value}`);
  }
  return parts.filter((part) => part !== '').join(' ');
}

function referenceLine({ name, fields, references, onDelete, onUpdate, deferrable }: ForeignKey): string {
  const parts = [
    `CONSTRAINT ${quoted(name)} FOREIGN KEY (${list(fields)})`,
    `REFERENCES ${quoted(references.relation)} (${list(references.fields)})`,
  ];
  if (isAction(onDelete)) parts.push(`ON DELETE ${onDelete.toUpperCase()}`);
  if (isAction(onUpdate)) parts.push(`ON UPDATE ${onUpdate.toUpperCase()}`);
  if (deferrable) parts.push('DEFERRABLE INITIALLY DEFERRED');
  return parts.join(' ');
}

function isAction(action: string): boolean {
  return /^(CASCADE|RESTRICT|SET NULL|SET DEFAULT)$/i.test(action);
}

function list(names: readonly string[]): string {
  return names.map(quoted).join(', ');
}
