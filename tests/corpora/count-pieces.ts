import type { Finding, Key, Relation, Schema } from '../../src/index.ts';

export interface PieceCount {
  /** By kind: what the source has, what the target has of it, what a finding names. */
  readonly kinds: Readonly<
    Record<string, { readonly source: number; readonly target: number; readonly told: number }>
  >;
  /** Pieces of the source that are neither in the target nor told. */
  readonly lost: readonly string[];
}

/**
 * Objects in = objects out + findings, between systems of any two kinds. Texts of one system mean nothing in another, so a
 * piece is in the target when a piece over the same fields is; what has only a text is told, or lost.
 */
export function countPieces(source: Schema, target: Schema, findings: readonly Finding[]): PieceCount {
  const there = new Set(piecesOf(target).map(({ sameAs }) => sameAs));
  const told = new Set(findings.map(({ where }) => `${where.relation ?? ''}|${where.field ?? ''}`));
  const kinds: Record<string, { source: number; target: number; told: number }> = {};
  const lost: string[] = [];
  for (const { kind, sameAs, finding } of piecesOf(source)) {
    const count = (kinds[kind] ??= { source: 0, target: 0, told: 0 });
    count.source += 1;
    if (there.has(sameAs)) count.target += 1;
    else if (told.has(finding)) count.told += 1;
    else lost.push(`${kind} ${finding}`);
  }
  return { kinds, lost };
}

interface Piece {
  readonly kind: string;
  readonly sameAs: string;
  /** Where a finding about it points: relation and field. */
  readonly finding: string;
}

function piecesOf({ relations, objects }: Schema): readonly Piece[] {
  const views = new Set(relations.flatMap(({ kind, name }) => (kind === 'view' ? [name] : [])));
  return [
    ...relations.filter(({ name }) => !views.has(name)).flatMap(piecesOfRelation),
    ...objects
      // The name of a view stands among the relations as well.
      .filter(({ name, kind }) => !views.has(name) || kind.endsWith('view'))
      .map(({ kind, name, relation, definition }) => ({
        kind,
        sameAs: JSON.stringify([kind, name, relation, definition]),
        finding: `${relation ?? ''}|${kind} ${name}`,
      })),
  ];
}

/** MariaDB says by a check what others say by a type. */
function isTyped(definition: string): boolean {
  return /^CHECK \(+(json_valid\(|`[^`]*` in \(0,1\))/.test(definition);
}

/** What a default or a check says, without what each system adds to it: casts, brackets, quotes, and its word for the present. */
function plainly(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/::[a-z]+(?: (?:varying|precision|with(?:out)? time zone))?(?:\(\d+\))?(?:\[\])?/g, '')
    .replaceAll(/= any \(+array\[|\bin \(/g, 'in ')
    .replaceAll(/\bnow\(\)|current_timestamp(?:\(\d*\))?/g, 'now')
    .replaceAll(/^(?:true|b'1')$/g, '1')
    .replaceAll(/^(?:false|b'0')$/g, '0')
    .replaceAll(/[`"'()\]\s]/g, '');
}

function piecesOfRelation(relation: Relation): readonly Piece[] {
  const { name, comment, fields, primaryKey, uniques, foreignKeys, indexes, checks } = relation;
  const piece = (kind: string, field: string, ...same: readonly unknown[]): Piece => ({
    kind,
    sameAs: JSON.stringify([name, kind, ...same]),
    finding: `${name}|${field}`,
  });
  const keyed = (key: Key): Piece => piece('key', key.name, key.fields.toSorted());
  const keys = [...(primaryKey ? [primaryKey] : []), ...uniques];
  const names = new Set(keys.map((key) => key.name));
  const own = fields.filter(({ synthetic }) => !synthetic);
  return [
    piece('relation', ''),
    ...own.map((field) => piece('field', field.name, field.name)),
    ...keys.map(keyed),
    ...foreignKeys.map((key) =>
      piece('foreign key', key.name || key.fields.join(', '), key.fields, key.references),
    ),
    ...indexes
      .filter((index) => !names.has(index.name))
      // Where names are one list for a whole schema, that of the relation is put in front.
      .map((one) =>
        piece(
          'index',
          one.name,
          one.name.startsWith(`${name}_`) ? one.name.slice(name.length + 1) : one.name,
        ),
      ),
    ...checks.map(({ name: own, definition }) =>
      piece('check', own, isTyped(definition) ? own : [own, plainly(definition)]),
    ),
    ...own
      .filter(({ type }) => type.kind === 'json' || type.kind === 'boolean')
      .map((field) => ({
        ...piece('typed by a check', field.name),
        sameAs: JSON.stringify([name, 'check', field.name]),
      })),
    ...own.flatMap((field) =>
      field.generated === 'computed'
        ? [piece('computation', field.name, field.default)]
        : field.generated === 'no'
          ? field.default === null
            ? []
            : [piece('default', field.name, field.name, plainly(field.default))]
          : [piece('numbering', field.name, field.name)],
    ),
    ...[...new Set(own.flatMap(({ native }) => / COLLATE (\S+)$/.exec(native)?.[1] ?? []))].map((rule) =>
      piece('collation', rule, rule),
    ),
    ...(comment === null ? [] : [piece('comment', name, comment)]),
    ...own.flatMap((field) =>
      field.comment === null ? [] : [piece('comment', field.name, field.name, field.comment)],
    ),
  ];
}
