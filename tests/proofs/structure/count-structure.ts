import type { Finding, Relation, Schema } from '../../../src/index.ts';

export interface StructureCount {
  /** By kind: what the source has, what the target has of it, what a finding names. */
  readonly kinds: Readonly<
    Record<string, { readonly source: number; readonly target: number; readonly told: number }>
  >;
  /** Pieces of the source that are neither in the target nor told. */
  readonly lost: readonly string[];
}

/** Objects in = objects out + findings: every piece of the source is in the target, letter for letter, or in a finding. */
export function countStructure(source: Schema, target: Schema, findings: readonly Finding[]): StructureCount {
  const there = new Set(piecesOf(target).map(({ text }) => text));
  const told = new Set(
    findings.flatMap(({ where }) =>
      where.field === undefined ? [] : [`${where.relation ?? ''}|${where.field}`],
    ),
  );
  const kinds: Record<string, { source: number; target: number; told: number }> = {};
  const lost: string[] = [];
  for (const { kind, text, finding } of piecesOf(source)) {
    const count = (kinds[kind] ??= { source: 0, target: 0, told: 0 });
    count.source += 1;
    if (there.has(text)) count.target += 1;
    else if (told.has(finding)) count.told += 1;
    else lost.push(text);
  }
  return { kinds, lost };
}

interface Piece {
  readonly kind: string;
  readonly text: string;
  /** Where a finding about it points: relation and field. */
  readonly finding: string;
}

function piecesOf({ relations, objects, namespace }: Schema): Piece[] {
  const kept = relations.filter(({ kind }) => kind !== 'view');
  return [
    ...kept.flatMap(piecesOfRelation),
    ...objects.map(({ kind, name, relation, definition }) => ({
      kind,
      text: JSON.stringify([
        kind,
        name,
        relation,
        definition && withoutSchema(definition, String(namespace)),
      ]),
      finding: `${relation ?? ''}|${kind} ${name}`,
    })),
  ];
}

function withoutSchema(definition: string, namespace: string): string {
  return definition.replaceAll(`"${namespace}".`, '').replaceAll(`${namespace}.`, '');
}

function piecesOfRelation(relation: Relation): Piece[] {
  const { name, kind, comment, fields, primaryKey, uniques, foreignKeys, indexes, checks } = relation;
  const piece = (what: string, own: { readonly name: string }): Piece => ({
    kind: what,
    text: JSON.stringify([name, what, own]),
    finding: `${name}|${own.name}`,
  });
  return [
    { kind: 'relation', text: JSON.stringify([name, kind, comment]), finding: `${name}|` },
    ...fields.filter(({ synthetic }) => !synthetic).map((field) => piece('field', field)),
    ...(primaryKey ? [piece('primary key', primaryKey)] : []),
    ...uniques.map((key) => piece('unique key', key)),
    ...foreignKeys.map((key) => piece('foreign key', key)),
    ...indexes.map((index) => piece('index', index)),
    ...checks.map((check) => piece('check', check)),
  ];
}
