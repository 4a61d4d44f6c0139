import type { FieldProfile, Profile, RelationProfile } from '../../model/index.ts';
import { type Block, counted, groupDigits, type ListItem, type Section } from '../document.ts';

/** What the data is like: what is worth knowing first, then each field's figures. */
export function profileSection(profile: Profile): Section {
  const items = profile.relations.flatMap(relationItems);
  return {
    id: 'profile',
    title: 'The data',
    verdict: {
      tone: items.length > 0 ? 'warn' : 'good',
      text:
        items.length > 0
          ? `${counted(items.length, 'thing')} to know before mapping`
          : 'nothing unusual was found',
    },
    blocks: [{ kind: 'list', items }, ...profile.relations.flatMap(relationBlocks)],
  };
}

function relationItems(relation: RelationProfile): readonly ListItem[] {
  const item = (title: string, detail: string): ListItem => ({ tone: 'warn', title, detail, fix: null });
  const bad =
    relation.badRecords === '0'
      ? []
      : [
          item(
            `${relation.relation}: ${counted(relation.badRecords, 'record')} cannot be read as a record of it`,
            '',
          ),
        ];
  const traits = relation.fields.flatMap((field) =>
    field.traits.map(({ kind, count, example, note }) =>
      item(
        `${relation.relation}.${field.field}: ${kind.replaceAll('-', ' ')} in ${counted(count, 'record')}`,
        [note, example === null ? null : `for example ${example}`].filter((line) => line !== null).join('\n'),
      ),
    ),
  );
  const duplicates = relation.duplicates.map(({ fields, because, groups, records }) =>
    item(
      `${relation.relation}: ${counted(records, 'record')} share ${fields.join(', ')} with another, in ${counted(groups, 'group')}`,
      because,
    ),
  );
  const orphans = relation.orphans
    .filter(({ orphans: count }) => count !== '0')
    .map(({ fields, references, declared, orphans: count }) =>
      item(
        `${relation.relation}.${fields.join(', ')}: ${counted(count, 'record')} without a ${references.relation}`,
        declared ? 'the reference is declared' : 'the reference is inferred from names and values',
      ),
    );
  return [...bad, ...traits, ...duplicates, ...orphans];
}

function relationBlocks(relation: RelationProfile): readonly Block[] {
  return [
    { kind: 'heading', text: `${relation.relation}: ${counted(relation.rows, 'record')}` },
    {
      kind: 'table',
      head: ['field', 'null', 'blank', 'distinct', 'length', 'least', 'greatest'],
      rows: relation.fields.map(fieldRow),
      empty: 'It has no fields.',
    },
  ];
}

function fieldRow(field: FieldProfile): readonly string[] {
  const { count, exact } = field.distinct;
  const length = field.charactersMax === null ? '' : `${field.charactersMin ?? 0} to ${field.charactersMax}`;
  return [
    field.field,
    groupDigits(field.nulls),
    groupDigits(String(BigInt(field.empty) + BigInt(field.blank))),
    `${exact ? '' : 'about '}${groupDigits(count)}`,
    length,
    field.min ?? '',
    field.max ?? '',
  ];
}
