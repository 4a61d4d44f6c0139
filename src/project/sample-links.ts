import { compileTransform, type Environment } from '../expressions/index.ts';
import { type ForeignKey, findRelation, keyValues, type ObjectMapping, type Row } from '../model/index.ts';
import type { Link, LinkedParent } from '../rehearsal/index.ts';
import type { CheckedMove } from './check-map.ts';

/** Which records of the source a sample needs together, so that none of it waits for a parent that was not drawn. */
export function sampleLinks(move: CheckedMove, mask: (text: string) => string): readonly Link[] {
  return [...declaredLinks(move), ...lookupLinks(move), ...targetLinks(move, mask)];
}

/** The references the source declares among relations that are moved. */
function declaredLinks({ loaded, source }: CheckedMove): readonly Link[] {
  const moved = new Set(loaded.mapping.objects.map((object) => object.source));
  return source.relations
    .filter(({ name }) => moved.has(name))
    .flatMap((relation) => {
      const names = relation.fields.map(({ name }) => name);
      return relation.foreignKeys
        .filter(({ references }) => moved.has(references.relation))
        .map(({ fields, references }): Link => {
          const places = fields.map((field) => names.indexOf(field));
          return {
            child: relation.name,
            asks: (row) => whole([places.map((place) => row[place] ?? null)]),
            parents: [{ kind: 'by-fields', relation: references.relation, fields: references.fields }],
            childFields: fields,
          };
        });
    });
}

/** `lookup('companies', key)` names the record of the source by its identity. */
function lookupLinks({ loaded, checked, source }: CheckedMove): readonly Link[] {
  const { objects } = loaded.mapping;
  return objects.flatMap((object) =>
    (checked.transforms.get(object.name)?.lookups ?? []).flatMap((lookup): Link[] => {
      const parent = objects.find(({ name }) => name === lookup.object);
      const relation = parent && findRelation(source, parent.source);
      if (!relation) return [];
      return [
        {
          child: object.source,
          asks: (row) => lookup.keys(row).map(keyValues),
          parents: [{ kind: 'by-fields', relation: relation.name, fields: relation.identity }],
          childFields: null,
        },
      ];
    }),
  );
}

/**
 * References of the target that the mapping fills on both sides with values of its own (no new ids: those are looked up). A file
 * declares no references, and what its records are called by may be computed.
 */
function targetLinks(move: CheckedMove, mask: (text: string) => string): readonly Link[] {
  const { objects } = move.loaded.mapping;
  const environment: Environment = { lookup: () => undefined, mask };
  return objects.flatMap((object) =>
    (findRelation(move.planned, object.target)?.foreignKeys ?? []).flatMap(
      ({ fields, references }): Link[] => {
        const child = keysGiven(move, object, fields, environment);
        const parents = objects
          .filter(({ target }) => target === references.relation)
          .flatMap((parent) => parentOf(move, parent, references, environment));
        if (child === null || parents.length === 0) return [];
        return [{ child: object.source, asks: child.keys, parents, childFields: null }];
      },
    ),
  );
}

function parentOf(
  move: CheckedMove,
  object: ObjectMapping,
  { fields }: ForeignKey['references'],
  environment: Environment,
): readonly LinkedParent[] {
  const given = keysGiven(move, object, fields, environment);
  if (given === null) return [];
  const { copied, keys } = given;
  return copied
    ? [{ kind: 'by-fields', relation: object.source, fields: copied }]
    : [{ kind: 'computed', relation: object.source, gives: keys }];
}

interface GivenKeys {
  readonly keys: (row: Row) => readonly Row[];
  /** The fields of the source, where they are handed on as they are. */
  readonly copied: readonly string[] | null;
}

/** What an object gives for these target fields; null when it does not fill all of them, or fills them with new ids. */
function keysGiven(
  { source, planned, checked }: CheckedMove,
  object: ObjectMapping,
  fields: readonly string[],
  environment: Environment,
): GivenKeys | null {
  const [from, to] = [findRelation(source, object.source), findRelation(planned, object.target)];
  const filled = fields.every((name) => object.fields.some(({ field }) => field === name));
  if (!from || !to || !filled || !checked.transforms.has(object.name)) return null;
  const compiled = compileTransform(object, from, to, checked.lookups, { only: fields });
  if (compiled.lookups.some(({ field }) => field !== null)) return null;
  // A rule that asks for new ids cannot be judged yet: rather a parent too many.
  const transform =
    compiled.lookups.length === 0
      ? compiled
      : compileTransform({ ...object, purge: [] }, from, to, checked.lookups, { only: fields });
  const places = fields.map((name) => transform.targetFields.indexOf(name));
  return {
    keys: (row) => {
      const outcome = transform.apply(row, environment);
      if (outcome.kind !== 'records') return [];
      return whole(outcome.rows.map((record) => places.map((place) => record[place] ?? null)));
    },
    copied: copiedFields(transform.copies ?? null, fields),
  };
}

function copiedFields(
  copies: readonly { readonly source: string; readonly target: string }[] | null,
  fields: readonly string[],
): readonly string[] | null {
  const found = fields.flatMap((name) => copies?.find(({ target }) => target === name)?.source ?? []);
  return found.length === fields.length ? found : null;
}

function whole(keys: readonly Row[]): readonly Row[] {
  return keys.filter((key) => !key.includes(null));
}
