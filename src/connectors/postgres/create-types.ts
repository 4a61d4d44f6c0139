import type { Relation, Schema, SchemaObject } from '../../model/index.ts';
import { functionsFor, withoutSchema } from './create-functions.ts';
import { commentsOn, hungObjects } from './hung-objects.ts';
import { quoteText } from './sql.ts';

const typeKinds: ReadonlySet<string> = new Set(['enum', 'domain', 'composite', 'range', 'collation']);

/**
 * Types, functions and sequences the relations need, each created only where it is missing. A type whose checks call
 * functions comes behind them, and so does what rests on it.
 */
export function typesAndFunctions(schema: Schema, wanted: readonly Relation[]): readonly string[] {
  const functions = functionsFor(schema, wanted);
  const late = new Set<SchemaObject>();
  const types = typesFor(schema, wanted);
  for (const object of types) {
    const text = object.kind === 'enum' ? '' : (object.definition ?? '');
    const plain = functions.map(({ name }) => name.slice(0, name.indexOf('(')));
    const resting = [...late].some(({ name }) => mentioner(name)(text));
    if (resting || plain.some((name) => mentioner(name)(text))) late.add(object);
  }
  const made = (object: SchemaObject): string => whereMissing(object, commentsOn(schema, [object]));
  return [
    ...types.filter((object) => !late.has(object)).map(made),
    ...functions.map(({ definition }) => withoutSchema(schema, definition ?? '')),
    ...commentsOn(schema, functions).map(({ definition }) => definition ?? ''),
    ...[...late].map(made),
  ];
}

export function typesFor(schema: Schema, wanted: readonly Relation[]): readonly SchemaObject[] {
  const functions = functionsFor(schema, wanted).map(({ definition }) => definition ?? '');
  const hung = hungObjects(schema, wanted).first.map(({ definition }) => definition ?? '');
  const written = [
    ...wanted.flatMap(({ fields }) =>
      fields.flatMap(({ native, default: preset }) => [native, preset ?? '']),
    ),
    ...wanted.flatMap(({ checks, indexes }) => [...checks, ...indexes].map(({ definition }) => definition)),
    ...functions,
    ...hung,
  ];
  const asked = new Set(written.flatMap(sequencesIn));
  return [
    ...neededTypes(schema, written),
    ...schema.objects.filter(({ kind, name }) => kind === 'sequence' && asked.has(name)),
  ];
}

/** Types that are mentioned, and the types those mention, in an order in which each finds what it rests on. */
function neededTypes(schema: Schema, written: readonly string[]): SchemaObject[] {
  const known = schema.objects
    .filter(({ kind }) => typeKinds.has(kind))
    .map((object) => ({ object, isIn: mentioner(object.name) }));
  const needed = new Set<SchemaObject>();
  const met = new Set<SchemaObject>();
  const add = (text: string): void => {
    for (const { object, isIn } of known) {
      if (met.has(object) || !isIn(text)) continue;
      met.add(object);
      add(bodyOf(object));
      needed.add(object);
    }
  };
  add([...new Set(written)].join('\n'));
  return [...needed];
}

/** What a definition says behind the type's own name; the labels of an enum name no types. */
function bodyOf({ kind, definition }: SchemaObject): string {
  return kind === 'enum' || kind === 'collation'
    ? ''
    : (definition ?? '').slice((definition ?? '').indexOf(' AS '));
}

function mentioner(name: string): (text: string) => boolean {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  if (!/^[a-z_][a-z0-9_$]*$/.test(name)) return (text) => text.includes(quoted);
  const plain = new RegExp(`(^|[^\\w$"])${name.replaceAll('$', '\\$')}($|[^\\w$"])`);
  return (text) => text.includes(name) && (plain.test(text) || text.includes(quoted));
}

// The name is looked up in the schema that is created in, not along the search path: a type of that name may be elsewhere.
function whereMissing({ kind, name, definition }: SchemaObject, comments: readonly SchemaObject[]): string {
  const lookup =
    kind === 'sequence' ? 'to_regclass' : kind === 'collation' ? 'to_regcollation' : 'to_regtype';
  const inThisSchema = `${lookup}(format('%I.%I', current_schema(), ${quoteText(name)}))`;
  const texts = [definition ?? '', ...comments.map((one) => one.definition ?? '')].join('; ');
  const body = `BEGIN IF ${inThisSchema} IS NULL THEN EXECUTE ${quoteText(texts)}; END IF; END`;
  return `DO ${quoteText(body)}`;
}

/** The sequences a text asks for numbers, or gives an owner, by their plain names. */
export function sequencesIn(text: string): readonly string[] {
  const spelled =
    /(?:next|curr)val\('((?:[^']|'')+)'|^ALTER SEQUENCE ((?:"(?:[^"]|"")*"|[^\s"])+) OWNED BY /gi;
  return Array.from(text.matchAll(spelled), ([, asked, owned]) => plainName(asked ?? owned ?? ''));
}

function plainName(spelled: string): string {
  const name = spelled.replaceAll("''", "'");
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
