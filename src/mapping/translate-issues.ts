import type { z } from 'zod';
import { nearestName } from '../model/index.ts';
import type { MappingProblem } from './mapping-problem.ts';
import { type Path, pathText, placeOf, type YamlFile } from './read-yaml.ts';

type Issue = z.core.$ZodIssue;

/** What the schema found wrong, in the words of whoever wrote the file: place, value, what is accepted, nearest known name. */
export function translateIssues(
  file: string,
  yaml: YamlFile,
  issues: readonly Issue[],
  prefix: Path = [],
): readonly MappingProblem[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...(issue.path as Path)];
    const value = valueAt(yaml.data, path);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownKey(file, yaml, path, key, issue.message));
    // An expression or a long form: a map can only have been meant as the long form, so its own issues are the ones to tell.
    const longForm = issue.code === 'invalid_union' && isMapping(value) ? issue.errors[1] : undefined;
    if (longForm && !isMismatch(longForm)) return translateIssues(file, yaml, longForm, path);
    return [problemAt(file, yaml, path, value, issue)];
  });
}

function isMismatch(issues: readonly Issue[]): boolean {
  return issues.some(
    ({ code, path, ...rest }) =>
      code === 'invalid_type' && path.length === 0 && 'expected' in rest && rest.expected !== 'object',
  );
}

function problemAt(file: string, yaml: YamlFile, path: Path, value: unknown, issue: Issue): MappingProblem {
  const missing = value === undefined;
  return {
    code: isFormat(path) ? 'mapping.newer-format' : missing ? 'mapping.missing-key' : 'mapping.invalid-value',
    file,
    ...(placeOf(yaml.places, path) ?? { line: null, column: null }),
    path: pathText(path),
    value: missing ? null : shorten(value),
    message: isFormat(path)
      ? 'This file has a format this version of godwit does not know; use the version that wrote it, or a newer one.'
      : missing
        ? 'This key has to be there.'
        : 'This cannot stand here.',
    accepted: issue.message,
    nearest: typeof value === 'string' ? nearestName(value, issue.message.match(/[a-z-]{4,}/g) ?? []) : null,
  };
}

function isFormat(path: Path): boolean {
  return path.length === 1 && path[0] === 'format';
}

function unknownKey(file: string, yaml: YamlFile, path: Path, key: string, accepted: string): MappingProblem {
  const at = [...path, key];
  // The schema words what a map accepts as the list of its keys.
  const known = accepted.split(', ');
  return {
    code: 'mapping.unknown-key',
    file,
    ...(placeOf(yaml.places, at) ?? { line: null, column: null }),
    path: pathText(at),
    value: null,
    message: `There is no key ${key} here.`,
    accepted,
    nearest: nearestName(key, known),
  };
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const part of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

function isMapping(value: unknown): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
