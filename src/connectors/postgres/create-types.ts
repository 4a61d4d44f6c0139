import type { Relation, Schema, SchemaObject } from '../../model/index.ts';
import { quoteText } from './sql.ts';

const typeKinds: ReadonlySet<string> = new Set(['enum', 'domain', 'composite', 'range']);

/** Types and sequences the relations need, each created only where it is missing. */
export function typeStatements(schema: Schema, wanted: readonly Relation[]): string[] {
  return typesFor(schema, wanted).map((object) =>
    whereMissing(object.kind === 'sequence' ? 'to_regclass' : 'to_regtype', object),
  );
}

export function typesFor(schema: Schema, wanted: readonly Relation[]): readonly SchemaObject[] {
  const sequences = new Set(wanted.flatMap(({ fields }) => fields.map((field) => sequenceOf(field.default))));
  const spelled = wanted.flatMap(({ fields }) => fields.map(({ native }) => native));
  return [
    ...neededTypes(schema, spelled),
    ...schema.objects.filter(({ kind, name }) => kind === 'sequence' && sequences.has(name)),
  ];
}

/** Types that are mentioned, and the types those mention, in an order in which each finds what it rests on. */
function neededTypes(schema: Schema, spelled: readonly string[]): SchemaObject[] {
  const known = schema.objects.filter(({ kind }) => typeKinds.has(kind));
  const needed: SchemaObject[] = [];
  const add = (texts: readonly string[]): void => {
    for (const object of known) {
      if (needed.includes(object) || !texts.some((text) => mentions(text, object.name))) continue;
      add([bodyOf(object)]);
      if (!needed.includes(object)) needed.push(object);
    }
  };
  add(spelled);
  return needed;
}

/** What a definition says behind the type's own name; the labels of an enum name no types. */
function bodyOf({ kind, definition }: SchemaObject): string {
  return kind === 'enum' ? '' : (definition ?? '').slice((definition ?? '').indexOf(' AS '));
}

function mentions(text: string, name: string): boolean {
  const quoted = name.replaceAll('"', '""');
  if (text.includes(`"${quoted}"`)) return true;
  return (
    /^[a-z_][a-z0-9_$]*$/.test(name) &&
    new RegExp(`(^|[^\\w$"])${name.replaceAll('$', '\\$')}($|[^\\w$"])`).test(text)
  );
}

// The name is looked up in the schema that is created in, not along the search path: a type of that name may be elsewhere.
function whereMissing(lookup: 'to_regtype' | 'to_regclass', { name, definition }: SchemaObject): string {
  const inThisSchema = `${lookup}(format('%I.%I', current_schema(), ${quoteText(name)}))`;
  const body = `BEGIN IF ${inThisSchema} IS NULL THEN EXECUTE ${quoteText(definition ?? '')}; END IF; END`;
  return `DO ${quoteText(body)}`;
}

/** The sequence of `nextval('name'::regclass)`, as its plain name. */
export function sequenceOf(expression: string | null): string | null {
  const found = /^nextval\('((?:[^']|'')+)'::regclass\)$/.exec(expression ?? '')?.[1]?.replaceAll("''", "'");
  if (found === undefined) return null;
  return found.startsWith('"') ? found.slice(1, -1).replaceAll('""', '"') : found;
}
