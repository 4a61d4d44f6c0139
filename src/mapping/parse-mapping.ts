import type { z } from 'zod';
import type { FieldMapping, Mapping, ObjectMapping } from '../model/index.ts';
import { type LongField, leftBehindFile, type ObjectFile, objectFile } from './mapping-file.ts';
import type { MappingProblem } from './mapping-problem.ts';
import { type Path, type Place, placeOf, readYaml, type YamlFile } from './read-yaml.ts';
import { translateIssues } from './translate-issues.ts';

/**
 * Mapping files as a mapping. Invariants: 1. a file with a problem gives no object, so a mapping with problems is never half
 * of what was meant: use it for messages only. 2. objects stand in the order of their file names, whatever order they came in.
 */
export function parseMapping(files: readonly MappingText[]): ParsedMapping {
  const objects: ObjectMapping[] = [];
  const leftBehind: { readonly relation: string; readonly reason: string }[] = [];
  const problems: MappingProblem[] = [];
  const seen = new Map<string, string>();
  for (const file of [...files].sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))) {
    const name = baseName(file.name);
    const misnamed = nameProblem(file.name, name, seen);
    if (misnamed) problems.push(misnamed);
    seen.set(name.toLowerCase(), file.name);
    const yaml = readYaml(file.name, file.text);
    if (yaml.problems.length > 0) problems.push(...yaml.problems);
    else if (name === leftBehindName) {
      const content = validate(file.name, yaml, leftBehindFile, problems);
      for (const [relation, reason] of Object.entries(content?.relations ?? {}))
        leftBehind.push(Object.freeze({ relation, reason }));
    } else {
      const content = validate(file.name, yaml, objectFile, problems);
      if (content) objects.push(objectOf(name, file.name, content, yaml));
    }
  }
  return { mapping: Object.freeze({ formatVersion: 1, objects, leftBehind }), problems };
}

export interface MappingText {
  /** Path of the file as people know it: `mapping/contacts.yaml`. */
  readonly name: string;
  readonly text: string;
}

export interface ParsedMapping {
  readonly mapping: Mapping;
  readonly problems: readonly MappingProblem[];
}

/** The one file that is not an object: whole relations that stay behind. */
export const leftBehindName = 'left-behind';

function baseName(path: string): string {
  return path.replace(/^.*[/\\]/, '').replace(/\.ya?ml$/i, '');
}

function nameProblem(file: string, name: string, seen: ReadonlyMap<string, string>): MappingProblem | null {
  const place = { file, line: null, column: null, path: '', value: JSON.stringify(name), nearest: null };
  const other = seen.get(name.toLowerCase());
  if (other !== undefined)
    return {
      ...place,
      code: 'mapping.file-name',
      message: `${other} has the same name.`,
      accepted: 'a name of its own for each object; upper and lower case count as the same',
    };
  if (/^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u.test(name)) return null;
  return {
    ...place,
    code: 'mapping.file-name',
    message: 'The file name is the name of the object, and this cannot be one.',
    accepted: 'letters, digits, - and _, beginning with a letter or a digit, and the ending .yaml',
  };
}

function validate<Content>(
  file: string,
  yaml: YamlFile,
  schema: z.ZodType<Content>,
  problems: MappingProblem[],
): Content | null {
  const result = schema.safeParse(yaml.data);
  if (result.success) return result.data;
  problems.push(...translateIssues(file, yaml, result.error.issues));
  return null;
}

function objectOf(name: string, file: string, content: ObjectFile, yaml: YamlFile): ObjectMapping {
  const { each } = content;
  return Object.freeze({
    name,
    source: content.source,
    target: content.target,
    mode: content.mode ?? 'empty-only',
    key: typeof content.key === 'string' ? [content.key] : content.key,
    create: content.create ?? false,
    each: each ? { name: each.name, in: each.in, ordinal: each.ordinal ?? null } : null,
    purge: content.purge ?? [],
    fields: asWritten(yaml, 'fields', content.fields).map(([field, long]) => fieldOf(field, long, yaml)),
    leftBehind: asWritten(yaml, 'left_behind', content.left_behind).map(([field, reason]) => ({
      field,
      reason,
    })),
    owner: content.owner ?? null,
    note: content.note ?? null,
    file,
  });
}

/** Names with their values in the order of the file: JavaScript would put names that are numbers first. */
function asWritten<Content>(
  yaml: YamlFile,
  part: string,
  content: Readonly<Record<string, Content>> | null | undefined,
): readonly (readonly [string, Content])[] {
  const place = (name: string): Place => placeOf(yaml.places, [part, name]) ?? { line: 0, column: 0 };
  return Object.entries(content ?? {})
    .map((entry) => ({ entry, at: place(entry[0]) }))
    .sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
    .map(({ entry }) => entry);
}

function fieldOf(field: string, given: string | LongField, yaml: YamlFile): FieldMapping {
  const long: LongField = typeof given === 'string' ? { from: given } : given;
  const path: Path = ['fields', field];
  return {
    field,
    from: long.from,
    values: long.values ? new Map(Object.entries(long.values)) : null,
    unmatched: long.unmatched ?? 'error',
    owner: long.owner ?? null,
    note: long.note ?? null,
    line: placeOf(yaml.places, path)?.line ?? null,
  };
}
