import {
  findField,
  findRelation,
  type Profile,
  type Relation,
  type RelationProfile,
  type Schema,
} from '../model/index.ts';
import { leftBehindName, type MappingText } from './parse-mapping.ts';
import { quoteName } from './quote-name.ts';
import { type FieldSuggestion, suggestFields } from './suggest-fields.ts';
import { type RelationSuggestion, suggestRelations } from './suggest-relations.ts';
import { suggestValues } from './suggest-values.ts';
import type { SuggestionProfiles } from './value-similarity.ts';

/**
 * First mapping files for a person to go through. What is certain (the same name, types that go together) is written as a
 * mapping; what is only likely stands beside it as a comment, and its source field under `left_behind` with an empty reason,
 * which `godwit map check` refuses: no suggestion takes effect unseen, and no field is forgotten.
 */
export function skeletonMapping(
  source: Schema,
  target: Schema,
  profiles: SkeletonProfiles = {},
): readonly MappingText[] {
  const tables = source.relations.filter(({ kind }) => kind !== 'view');
  // Nothing is there yet: the target becomes what the source is.
  if (target.relations.length === 0)
    return files(
      tables.map((relation) => copyOf(relation, source.kind === 'postgres' && target.kind === 'postgres')),
      [],
    );
  const suggested = new Map(suggestRelations(source, target).map((one) => [one.source, one]));
  const texts = tables.flatMap((relation) => {
    const found = suggested.get(relation.name);
    const to = found && findRelation(target, found.target);
    return found && to ? [objectText(relation, to, found, profiles)] : [];
  });
  return files(
    texts,
    tables.filter(({ name }) => !suggested.has(name)),
  );
}

export interface SkeletonProfiles {
  readonly source?: Profile;
  readonly target?: Profile;
}

/** From here on a suggestion is written as a mapping; below, as a comment. */
const certain = 0.9;

interface ObjectText {
  readonly relation: string;
  readonly text: string;
}

function files(objects: readonly ObjectText[], unmapped: readonly Relation[]): readonly MappingText[] {
  const taken = new Set([leftBehindName]);
  const named = objects.map(({ relation, text }) => ({
    name: `mapping/${fileName(relation, taken)}.yaml`,
    text,
  }));
  if (unmapped.length === 0) return named;
  const lines = unmapped.map(({ name }) => `  ${scalar(name)}: ""`);
  const text = [
    '# Source relations without a likely counterpart. Give each a reason to stay behind, or a mapping file of its own.',
    '# `godwit map check` refuses an empty reason.',
    'format: 1',
    'relations:',
    ...lines,
  ];
  return [...named, { name: `mapping/${leftBehindName}.yaml`, text: `${text.join('\n')}\n` }];
}

function fileName(relation: string, taken: Set<string>): string {
  const base = relation.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-').replaceAll(/^[-_]+|-+$/g, '') || 'relation';
  let name = base;
  for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${base}-${number}`;
  taken.add(name.toLowerCase());
  return name;
}

/** @param computes the target computes what the source computes; see `carriesStructure` */
function copyOf(relation: Relation, computes: boolean): ObjectText {
  const fields = relation.fields.filter(({ synthetic, generated }) => !synthetic && generated !== 'computed');
  const computed = relation.fields.filter(({ generated }) => generated === 'computed');
  const lines = [
    '# The target holds nothing yet: a plain copy, created from this file. Change what should become different.',
    ...head(relation.name, relation.name, '', keyOf(relation)),
    'create: true',
    'fields:',
    ...fields.map(({ name }) => `  ${scalar(name)}: ${scalar(quoteName(name))}`),
    ...(computes
      ? computed.map(({ name }) => `  # ${scalar(name)} is computed by the target as by the source`)
      : leftBehindLines(computed.map(({ name }) => [name, 'The source computes it from other fields.']))),
  ];
  return { relation: relation.name, text: `${lines.join('\n')}\n` };
}

function keyOf({ primaryKey, identity }: Relation): readonly string[] {
  return primaryKey?.fields ?? identity.filter((name) => !name.startsWith('#'));
}

function objectText(
  source: Relation,
  target: Relation,
  found: RelationSuggestion,
  profiles: SkeletonProfiles,
): ObjectText {
  const suggestions = suggestFields(source, target, relationProfiles(source, target, profiles));
  const from = relationProfiles(source, target, profiles).source;
  const withMaps = suggestions.map((one) => ({ one, map: valueMapLines(one, target, from) }));
  const isSure = ({ one, map }: (typeof withMaps)[number]): boolean =>
    one.confidence >= certain && map.length === 0;
  const sure = withMaps.filter(isSure).map(({ one }) => one);
  const likely = withMaps.filter((each) => !isSure(each));
  const used = new Set(sure.flatMap(({ reads }) => reads));
  const open = source.fields
    .filter(({ name, synthetic }) => !synthetic && !used.has(name))
    .map(({ name }) => name);
  const unfed = target.fields.filter(
    ({ name, synthetic, generated }) =>
      !synthetic && generated !== 'computed' && !suggestions.some(({ field }) => field === name),
  );
  const lines = [
    '# Suggested from names, types and values. Go through every line: a comment is a question, an empty reason is open.',
    ...head(source.name, target.name, `  # ${evidenceText(found)}`, keyOf(target)),
    sure.length > 0 ? 'fields:' : 'fields: {}',
    ...sure.map((one) => `  ${scalar(one.field)}: ${scalar(one.from)}  # ${evidenceText(one)}`),
    ...likely.flatMap(({ one, map }) => likelyLines(one, map)),
    ...unfed.map(
      ({ name, nullable }) =>
        `  # nothing suggested for ${scalar(name)}${nullable ? '' : ', which is required'}`,
    ),
    ...leftBehindLines(open.map((name) => [name, ''])),
  ];
  return { relation: source.name, text: `${lines.join('\n')}\n` };
}

function relationProfiles(
  source: Relation,
  target: Relation,
  profiles: SkeletonProfiles,
): SuggestionProfiles {
  const from = profiles.source?.relations.find(({ relation }) => relation === source.name);
  const to = profiles.target?.relations.find(({ relation }) => relation === target.name);
  return { ...(from ? { source: from } : {}), ...(to ? { target: to } : {}) };
}

function likelyLines(one: FieldSuggestion, map: readonly string[]): readonly string[] {
  const evidence = `  # ${evidenceText(one)}`;
  if (map.length === 0) return [`  # ${scalar(one.field)}: ${scalar(one.from)}${evidence}`];
  return [`  # ${scalar(one.field)}:${evidence}`, `  #   from: ${scalar(one.from)}`, '  #   values:', ...map];
}

/** A draft of the value map, where the target lists its options and the profile every old value, and the two differ. */
function valueMapLines(
  one: FieldSuggestion,
  target: Relation,
  from: RelationProfile | undefined,
): readonly string[] {
  const type = findField(target, one.field)?.type;
  const field = from?.fields.find((profile) => one.reads.length === 1 && profile.field === one.reads[0]);
  if (type?.kind !== 'enum' || !field?.distinct.exact || Number(field.distinct.count) > field.values.length)
    return [];
  const values = field.values.map(({ value }) => value);
  if (values.every((value) => type.labels.includes(value))) return [];
  return suggestValues(values, type.labels).map(
    ({ old, now, confidence, evidence }) =>
      `  #     ${JSON.stringify(old)}: ${now === null ? '' : JSON.stringify(now)}  # ${now === null ? '' : `${Math.round(confidence * 100)} %: `}${evidence}`,
  );
}

function head(source: string, target: string, comment: string, key: readonly string[]): readonly string[] {
  return [
    'format: 1',
    `source: ${scalar(source)}`,
    `target: ${scalar(target)}${comment}`,
    'mode: empty-only',
    `key: [${key.map(scalar).join(', ')}]`,
  ];
}

function leftBehindLines(entries: readonly (readonly [field: string, reason: string])[]): readonly string[] {
  if (entries.length === 0) return [];
  return [
    'left_behind:',
    ...entries.map(([field, reason]) => `  ${scalar(field)}: ${JSON.stringify(reason)}`),
  ];
}

function evidenceText({ confidence, evidence }: Pick<FieldSuggestion, 'confidence' | 'evidence'>): string {
  return `${Math.round(confidence * 100)} %: ${evidence.join(', ')}`.replaceAll(/\s+/g, ' ');
}

/** A YAML scalar that every reader takes for the same text; JSON's double quotes where a plain one could be taken otherwise. */
function scalar(text: string): string {
  const plain =
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}
