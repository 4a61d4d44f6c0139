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
    ...fieldsLeft(from, planned),
    ...(target === 'sqlite' ? commentsLeft(from) : []),
  ];
}

const plain =
  'only into PostgreSQL, from PostgreSQL or MySQL, where one object fills it from one relation, is structure carried over';

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

/** What fields of the source do by themselves, and those that are created of them do not. */
export function fieldsLeft({ fields }: Relation, planned: Relation): readonly LeftOut[] {
  const own = fields.filter(({ synthetic }) => !synthetic);
  const stays = planned.fields.map(({ name }) => name);
  return [
    ...namesOf(
      'default',
      own.filter((field) => field.default !== null && field.generated !== 'computed'),
      plain,
    ),
    ...own
      .filter(({ generated }) => generated === 'computed')
      .map(({ name }): LeftOut => ({ kind: 'computed-field', name, why: computedWhy(stays.includes(name)) })),
  ];
}

function computedWhy(stays: boolean): string {
  return stays
    ? 'its values are copied, and nothing computes them there'
    : 'the expression that computes it is in the words of the source';
}

/** What no system takes over from one of another kind, whatever else it does. */
export function neverTaken(from: Relation, planned: Relation, target: SystemKind): readonly LeftOut[] {
  if (target === 'csv' || target === 'jsonl') return [];
  const key = planned.primaryKey?.fields.join('\n');
  return [
    ...namesOf(
      'numbering',
      from.fields
        .filter(({ generated }) => generated.startsWith('identity'))
        // SQLite numbers the records of a table whose whole key is one integer by itself.
        .filter(({ name }) => target !== 'sqlite' || name !== key),
      'its numbers are copied, and whoever adds a record there has to give the next one',
    ),
    ...collationsLeft(from),
  ];
}

/** A rule that says of two texts whether they are equal changes what a key and a search find. One finding for each rule. */
function collationsLeft({ fields }: Relation): readonly LeftOut[] {
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
