import { type Relation, type Schema, wordsOfName } from '../model/index.ts';

/** Fields of one relation that point at fields of another, declared or believed. */
export interface Reference {
  readonly relation: string;
  readonly fields: readonly string[];
  readonly to: { readonly relation: string; readonly fields: readonly string[] };
  readonly declared: boolean;
}

/** Declared references, and the ones that names suggest: `company_id` beside a relation `companies` with a key. */
export function referencesOf(schema: Schema): Reference[] {
  return schema.relations.filter(hasRecords).flatMap((relation) => {
    const declared = relation.foreignKeys
      .filter(({ parts }) => parts?.everywhere !== false)
      .filter(({ references }) => schema.relations.some(({ name }) => name === references.relation))
      .map(
        ({ fields, references }): Reference => ({
          relation: relation.name,
          fields,
          to: references,
          declared: true,
        }),
      );
    const taken = new Set(declared.flatMap(({ fields }) => (fields.length === 1 ? fields : [])));
    return [...declared, ...inferred(relation, schema, taken)];
  });
}

export function hasRecords(relation: Relation): boolean {
  return relation.kind === 'table' || relation.kind === 'partitioned-table' || relation.kind === 'file';
}

function inferred(relation: Relation, schema: Schema, taken: ReadonlySet<string>): Reference[] {
  const own = relation.primaryKey?.fields ?? [];
  return relation.fields.flatMap((field): Reference[] => {
    if (field.synthetic || taken.has(field.name) || (own.length === 1 && own[0] === field.name)) return [];
    const words = wordsOfName(field.name);
    const to = targetOf(relation, words, schema);
    if (to === null || (to.relation === relation.name && to.fields[0] === field.name)) return [];
    return [{ relation: relation.name, fields: [field.name], to, declared: false }];
  });
}

const pointing = new Set(['id', 'key', 'ref', 'uuid', 'guid', 'fk']);
const toOwn = new Set([
  'parent',
  'manager',
  'supervisor',
  'superior',
  'reports to',
  'merged into',
  'replaced by',
]);

function targetOf(relation: Relation, words: readonly string[], schema: Schema): Reference['to'] | null {
  const last = words.at(-1) ?? '';
  const stem = pointing.has(last) ? words.slice(0, -1) : words;
  if (stem.length === 0) return null;
  if (pointing.has(last) && toOwn.has(stem.join(' '))) return keyOf(relation);
  if (!pointing.has(last)) return null;
  // `billing_company_id` points at companies too: the last words count.
  for (let from = 0; from < stem.length; from += 1) {
    const name = stem.slice(from).join(' ');
    const found = schema.relations.find((other) => hasRecords(other) && isNamed(other, name));
    if (found !== undefined) return keyOf(found);
  }
  return null;
}

function isNamed(relation: Relation, singular: string): boolean {
  const name = wordsOfName(relation.name).join(' ');
  return [singular, `${singular}s`, `${singular}es`, singular.replace(/y$/, 'ies')].includes(name);
}

/** The one field that names a record of the relation: its key, or the field that is called like one. */
function keyOf(relation: Relation): Reference['to'] | null {
  const declared = relation.primaryKey?.fields;
  if (declared !== undefined)
    return declared.length === 1 ? { relation: relation.name, fields: declared } : null;
  const own = wordsOfName(relation.name).join(' ');
  const stems = [own, own.replace(/s$/, ''), own.replace(/ies$/, 'y')];
  const named = relation.fields.find(({ name, synthetic }) => {
    const words = wordsOfName(name).join(' ');
    return !synthetic && (words === 'id' || stems.some((stem) => words === `${stem} id`));
  });
  return named === undefined ? null : { relation: relation.name, fields: [named.name] };
}
