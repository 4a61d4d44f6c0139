import type { Relation, Schema, SchemaObject } from '../../model/index.ts';
import { hungObjects } from './hung-objects.ts';
import { quoteName } from './sql.ts';

/** The functions that defaults, checks, indexes, generated fields and the types of these relations call, and types of those. */
export function functionsFor(schema: Schema, wanted: readonly Relation[]): readonly SchemaObject[] {
  const natives = wanted.flatMap(({ fields }) => fields.map(({ native }) => native));
  const types = schema.objects.filter(
    ({ kind, name }) =>
      (kind === 'domain' || kind === 'range') && natives.some((native) => native.includes(name)),
  );
  return functionsCalledIn(schema, [
    ...wanted.flatMap(expressionsOf),
    ...types.map(({ definition }) => definition ?? ''),
    ...hungObjects(schema, wanted).first.map(({ definition }) => definition ?? ''),
  ]);
}

/** The schema's own functions that these texts call, and those that these call. */
export function functionsCalledIn(schema: Schema, called: readonly string[]): readonly SchemaObject[] {
  const known = schema.objects.filter(({ kind, definition }) => kind === 'function' && definition !== null);
  const needed = new Set<SchemaObject>();
  const add = (texts: readonly string[]): void => {
    for (const object of known) {
      if (needed.has(object) || !texts.some((text) => calls(text, object))) continue;
      needed.add(object);
      add([object.definition ?? '']);
    }
  };
  add(called);
  return known.filter((object) => needed.has(object));
}

function expressionsOf({ fields, checks, indexes }: Relation): string[] {
  return [
    ...fields.map((field) => field.default ?? ''),
    ...checks.map(({ definition }) => definition),
    ...indexes.map(({ definition }) => definition),
  ];
}

function calls(text: string, { name }: SchemaObject): boolean {
  const plain = name.slice(0, name.indexOf('('));
  return [`${plain}(`, `${quoteName(plain)}(`].some((call) => {
    const at = text.indexOf(call);
    return at !== -1 && !/[\w$"]/.test(text[at - 1] ?? ' ');
  });
}

/** The server always writes the schema in front of a function's name; here it is to be created wherever the path points. */
export function withoutSchema({ namespace }: Schema, definition: string): string {
  for (const kind of ['FUNCTION', 'PROCEDURE'])
    for (const spelled of [namespace ?? '', quoteName(namespace ?? '')]) {
      const head = `CREATE OR REPLACE ${kind} `;
      if (definition.startsWith(`${head}${spelled}.`))
        return head + definition.slice(head.length + spelled.length + 1);
    }
  return definition;
}
