import { compileExpression, expressionScope, type Scope } from '../expressions/index.ts';
import {
  describeFieldType,
  type Field,
  type FieldMapping,
  type ObjectMapping,
  type Relation,
  textUnlimited,
} from '../model/index.ts';
import { quoteName } from './quote-name.ts';

/**
 * The relation that `create: true` asks for: a field for each mapped one with its expression's type, the mapping's key as
 * primary key. Required are the key and plain copies of required fields. A value map gives text: its new values are listed,
 * but a list may grow. References are left to a person: which of them should hold in the new system is a decision.
 */
export function plannedTarget(object: ObjectMapping, source: Relation, lookups: Scope['lookups']): Relation {
  const scope = expressionScope(object, source, lookups);
  const fields = object.fields.map((mapped) => plannedField(mapped, object, source, scope));
  const key =
    object.key.length > 0 ? { name: `${object.target}_pkey`, fields: object.key, deferrable: false } : null;
  return {
    name: object.target,
    kind: 'table',
    fields,
    primaryKey: key,
    uniques: [],
    foreignKeys: [],
    indexes: [],
    checks: [],
    comment: object.note ?? source.comment,
    rowsEstimate: 0,
    bytes: null,
    identity: object.key.length > 0 ? object.key : fields.map(({ name }) => name),
  };
}

function plannedField(mapped: FieldMapping, object: ObjectMapping, source: Relation, scope: Scope): Field {
  const program = compileExpression(mapped.from, scope);
  const copied = mapped.values ? undefined : copiedField(mapped.from.trim(), source);
  const type = mapped.values ? textUnlimited : program.type;
  return {
    name: mapped.field,
    type,
    native: copied?.native ?? describeFieldType(type),
    nullable: !object.key.includes(mapped.field) && (copied?.nullable ?? true),
    default: null,
    generated: 'no',
    synthetic: false,
    comment: mapped.note ?? copied?.comment ?? null,
  };
}

/** The source field an expression is nothing else than, quoted or not. */
export function copiedField(from: string, { fields }: Relation): Field | undefined {
  return bySpelling(fields).get(from);
}

const spellings = new WeakMap<Relation['fields'], ReadonlyMap<string, Field>>();

/** Kept for each relation: every field of an object is asked for, and a wide relation has thousands. */
function bySpelling(fields: Relation['fields']): ReadonlyMap<string, Field> {
  const known = spellings.get(fields);
  if (known) return known;
  const found = new Map<string, Field>();
  for (const field of fields)
    for (const spelled of [quoteName(field.name), `"${field.name.replaceAll('"', '""')}"`])
      if (!found.has(spelled)) found.set(spelled, field);
  spellings.set(fields, found);
  return found;
}
