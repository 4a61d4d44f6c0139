import { compileExpression, type Scope } from '../expressions/index.ts';
import {
  type FieldType,
  findField,
  findRelation,
  isGodwitError,
  type Mapping,
  type ObjectMapping,
  type Relation,
  refersByOwnId,
  type Schema,
  textUnlimited,
} from '../model/index.ts';

/** The objects whose new ids expressions may ask for, and those they may not, with the reason. */
export interface LookupScope {
  readonly lookups: Scope['lookups'];
  readonly impossible: ReadonlyMap<string, string>;
}

/** `lookup('companies', old key...)` takes the source's identity and gives the one field by which the target refers to it. */
export function lookupScope(mapping: Mapping, source: Schema, target: Schema): LookupScope {
  const lookups = new Map<string, { readonly key: readonly FieldType[]; readonly id: FieldType }>();
  const impossible = new Map<string, string>();
  for (const object of mapping.objects) {
    const from = findRelation(source, object.source);
    const [idField, ...others] = object.key;
    if (!from) impossible.set(object.name, `its source ${object.source} does not exist`);
    else if (object.each) impossible.set(object.name, 'with `each`, one old record becomes several new ones');
    else if (idField === undefined || others.length > 0)
      impossible.set(object.name, `its key has ${object.key.length} fields; a new id is one field`);
    else {
      const key = from.identity.map((name) => findField(from, name)?.type ?? textUnlimited);
      lookups.set(object.name, {
        key,
        id: idType(object, idFieldIn(target, object, idField), from, findRelation(target, object.target)),
      });
    }
  }
  return { lookups, impossible };
}

/** The key, unless the target refers to its records by another. */
function idFieldIn(target: Schema, { target: name }: ObjectMapping, key: string): string {
  const own = refersByOwnId(target.kind) ? findRelation(target, name)?.primaryKey : null;
  return own?.fields[0] ?? key;
}

/** The type of the target's key field; while the target is still to be created, the type of what feeds it. */
function idType(
  object: ObjectMapping,
  field: string,
  source: Relation,
  target: Relation | undefined,
): FieldType {
  const known = target && findField(target, field);
  if (known) return known.type;
  const mapped = object.fields.find((one) => one.field === field);
  if (!mapped || mapped.values) return textUnlimited;
  try {
    return compileExpression(mapped.from, { fields: source.fields, lookups: new Map() }).type;
  } catch (error) {
    // What is wrong with the expression is told where the object itself is checked.
    if (!isGodwitError(error)) throw error;
    return textUnlimited;
  }
}
