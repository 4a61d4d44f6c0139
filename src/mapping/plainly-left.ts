import type { Relation, SystemKind } from '../model/index.ts';
import type { LeftOut } from './carried-structure.ts';

/** What a relation that is made of fields and a key alone has not of its source. Files hold records and nothing else. */
export function plainlyLeft(from: Relation, planned: Relation, target: SystemKind): readonly LeftOut[] {
  if (target === 'csv' || target === 'jsonl') return [];
  return [
    ...keysLeft(from, planned),
    ...namesOf('foreign-key', from.foreignKeys, plain),
    ...namesOf('index', indexesOf(from), plain),
    ...namesOf('check', from.checks, plain),
    ...defaultsLeft(from, new Set(), plain),
    ...computedLeft(from, planned),
    ...(target === 'sqlite' ? commentsLeft(from) : []),
  ];
}

const plain =
  'only into PostgreSQL or MySQL, from one of them, where one object fills it from one relation, is structure carried over';

type Piece = { readonly name: string; readonly fields?: readonly string[] };

function namesOf(kind: LeftOut['kind'], pieces: readonly Piece[], why: string): readonly LeftOut[] {
  return pieces.map(({ name, fields: over }) => ({ kind, name: name || (over ?? []).join(', '), why }));
}

function keysLeft({ primaryKey, uniques }: Relation, planned: Relation): readonly LeftOut[] {
  const key = planned.primaryKey?.fields.join('\n');
  const own = [...(primaryKey ? [primaryKey] : []), ...uniques];
  return namesOf(
    'key',
    own.filter((one) => one.fields.join('\n') !== key),
    plain,
  );
}

function indexesOf({ primaryKey, uniques, indexes }: Relation): readonly Piece[] {
  const keys = new Set([primaryKey, ...uniques].map((key) => key?.name));
  return indexes.filter(({ name }) => !keys.has(name));
}

/** @param coming the fields whose default comes along */
export function defaultsLeft(
  { fields }: Relation,
  coming: ReadonlySet<string>,
  why: string,
): readonly LeftOut[] {
  return namesOf(
    'default',
    fields.filter(
      (field) =>
        !field.synthetic &&
        field.default !== null &&
        field.generated !== 'computed' &&
        !coming.has(field.name),
    ),
    why,
  );
}

export function computedLeft({ fields }: Relation, planned: Relation): readonly LeftOut[] {
  const stays = planned.fields.map(({ name }) => name);
  return fields
    .filter(({ synthetic, generated }) => !synthetic && generated === 'computed')
    .map(({ name }): LeftOut => ({ kind: 'computed-field', name, why: computedWhy(stays.includes(name)) }));
}

function computedWhy(stays: boolean): string {
  return stays
    ? 'its values are copied, and nothing computes them there'
    : 'the expression that computes it is in the words of the source';
}

/** What no system takes over from one of another kind, where it is made of fields and a key alone. */
export function neverTaken(from: Relation, planned: Relation, target: SystemKind): readonly LeftOut[] {
  if (target === 'csv' || target === 'jsonl') return [];
  const key = planned.primaryKey?.fields.join('\n');
  // SQLite numbers the records of a table whose whole key is one integer by itself.
  const numbered = target === 'sqlite' && key !== undefined ? [key] : [];
  return [...numberingLeft(from, new Set(numbered)), ...collationsLeft(from)];
}

/** @param coming the fields that count on */
export function numberingLeft({ fields }: Relation, coming: ReadonlySet<string>): readonly LeftOut[] {
  return namesOf(
    'numbering',
    fields.filter(({ generated, name }) => generated.startsWith('identity') && !coming.has(name)),
    'its numbers are copied, and whoever adds a record there has to give the next one',
  );
}

/** A rule that says of two texts whether they are equal changes what a key and a search find. One finding for each rule. */
export function collationsLeft({ fields }: Relation): readonly LeftOut[] {
  const ruled = fields.flatMap(({ name, native }) => {
    const rule = / COLLATE (\S+)$/.exec(native)?.[1];
    return rule === undefined ? [] : [{ name, rule }];
  });
  return [...Map.groupBy(ruled, ({ rule }) => rule)].map(([name, over]) => ({
    kind: 'collation',
    name,
    why: `it orders and compares ${over.map((one) => one.name).join(', ')}, which the target does in its own way`,
  }));
}

function commentsLeft({ name, comment, fields }: Relation): readonly LeftOut[] {
  const commented = fields.filter((field) => field.comment !== null && !field.synthetic);
  return namesOf(
    'comment',
    [...(comment === null ? [] : [{ name }]), ...commented],
    'SQLite keeps no comments',
  );
}
