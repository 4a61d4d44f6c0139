import { GodwitError } from '../model/index.ts';

/** Something in a mapping file that cannot be read as a mapping. Says where, what stands there and what is accepted. */
export interface MappingProblem {
  /** Has a page under `docs/errors/`. */
  readonly code: string;
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  /** `fields.status.values`; empty for the file as a whole. */
  readonly path: string;
  /** What stands there, shortened; null where it says nothing. */
  readonly value: string | null;
  readonly message: string;
  readonly accepted: string | null;
  /** The known name that is nearest to an unknown one. */
  readonly nearest: string | null;
}

/** One line for people: `mapping/contacts.yaml:4:3 fields.status: ...`. */
export function describeProblem(problem: MappingProblem): string {
  const { file, line, column, path, value, message, accepted, nearest } = problem;
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
  const parts = [
    `${place}${path === '' ? '' : ` ${path}`}: ${message}`,
    value === null ? '' : `Found ${value}.`,
    nearest === null ? '' : `Did you mean ${nearest}?`,
    accepted === null ? '' : `Accepted: ${accepted}.`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** What a verb that needs the mapping throws when there are problems; the first one carries the place. */
export function unreadableMapping(problems: readonly MappingProblem[]): GodwitError {
  const [first] = problems;
  return new GodwitError({
    code: 'mapping.unreadable',
    title: `The mapping has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`,
    detail: problems.map(describeProblem).join('\n'),
    nextStep: 'Mend the lines named above and run `godwit map check`.',
    fate: 'never',
    ...(first && {
      where: {
        file: first.file,
        path: first.path,
        ...(first.line === null ? {} : { line: first.line }),
        ...(first.column === null ? {} : { column: first.column }),
      },
    }),
  });
}
