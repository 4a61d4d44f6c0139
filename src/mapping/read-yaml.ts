import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, Scalar } from 'yaml';
import type { MappingProblem } from './mapping-problem.ts';

/**
 * YAML as plain data with the place of every value. A careful subset: what YAML would guess is not guessed.
 *
 * Invariants: 1. a scalar keeps its text: `01`, `1.10` and `no` stay as written; only a plain `true`, `false`, `null`, `~` or
 * nothing becomes a boolean or null. 2. keys are texts. 3. duplicate keys, tabs, anchors, tags, several documents and a
 * comment that looks like the rest of an expression are problems. 4. it never throws for a file's content.
 */
export function readYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const reader: Reader = { file, lines, places: new Map(), problems: [] };
  // The parser gives up with an error of its own, and then with one for every bracket it did not close.
  const tooDeep = document.errors.find(({ message }) => message.startsWith('Maximum call stack'));
  if (tooDeep) return nestedTooDeeply(reader, tooDeep.pos[0]);
  for (const { code, message, pos } of [...document.errors, ...document.warnings])
    report(
      reader,
      pos[0],
      [],
      yamlWords[code] ?? message,
      code === 'DUPLICATE_KEY' ? 'mapping.duplicate-key' : 'mapping.yaml',
    );
  if (reader.problems.length > 0)
    return { data: undefined, places: reader.places, problems: reader.problems };
  const data = plain(reader, document.contents, []);
  return { data, places: reader.places, problems: reader.problems };
}

export interface YamlFile {
  readonly data: unknown;
  readonly places: ReadonlyMap<string, Place>;
  readonly problems: readonly MappingProblem[];
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

export type Path = readonly (string | number)[];

/** The place of a value, or of the nearest one around it. */
export function placeOf(places: ReadonlyMap<string, Place>, path: Path): Place | null {
  for (let length = path.length; length >= 0; length -= 1) {
    const place = places.get(JSON.stringify(path.slice(0, length)));
    if (place) return place;
  }
  return null;
}

interface Reader {
  readonly file: string;
  readonly lines: LineCounter;
  readonly places: Map<string, Place>;
  readonly problems: MappingProblem[];
}

const yamlWords: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'A tab is used for indentation; YAML takes spaces only.',
  DUPLICATE_KEY: 'This key is there twice; only one can be meant.',
  MULTIPLE_DOCS: 'There are several documents (`---`) in this file; one file holds one object.',
  TAG_RESOLVE_FAILED: 'Tags (`!...`) are not part of the mapping format.',
  BLOCK_AS_IMPLICIT_KEY:
    'There is a second `: ` on this line; put the expression in quotes, or write it below `|`.',
};

/** More levels than any format here has; a file that goes deeper is not one of them, and would take the reader with it. */
const levelsMax = 50;

function nestedTooDeeply(reader: Reader, offset: number): YamlFile {
  report(reader, offset, [], `There are more than ${levelsMax} levels in each other here.`);
  return { data: undefined, places: reader.places, problems: reader.problems };
}

function plain(reader: Reader, node: unknown, path: Path): unknown {
  if (node === null || node === undefined) return null;
  if (path.length > levelsMax) {
    nestedTooDeeply(reader, (node as Node).range?.[0] ?? 0);
    return null;
  }
  const { line, column } = locate(reader, (node as Node).range?.[0] ?? 0);
  reader.places.set(JSON.stringify(path), { line, column });
  if (isAlias(node) || (node as Node & { anchor?: string }).anchor)
    report(
      reader,
      (node as Node).range?.[0] ?? 0,
      path,
      'Anchors and aliases are not part of the mapping format.',
    );
  if (isScalar(node)) return plainScalar(reader, node, path);
  if (isSeq(node)) return node.items.map((item, at) => plain(reader, item, [...path, at]));
  if (isMap(node)) return plainMap(reader, node.items, path);
  return null;
}

function plainScalar(reader: Reader, scalar: Scalar, path: Path): string | boolean | null {
  const text = String(scalar.value);
  if (scalar.type !== Scalar.PLAIN) return text;
  // `note #> '{a}'` is an operator of the mapping language and a comment of YAML: never drop half an expression.
  if (scalar.comment && /^[>-]/.test(scalar.comment))
    report(
      reader,
      scalar.range?.[0] ?? 0,
      path,
      'What stands behind ` #` is a comment to YAML; put the expression in quotes, or write it below `|`.',
    );
  if (text === '' || text === '~' || text === 'null') return null;
  return text === 'true' || (text === 'false' ? false : text);
}

function plainMap(
  reader: Reader,
  items: readonly { readonly key: unknown; readonly value: unknown }[],
  path: Path,
): Readonly<Record<string, unknown>> {
  const data: Record<string, unknown> = {};
  for (const { key, value } of items) {
    const offset = (key as Node | null)?.range?.[0] ?? 0;
    if (!isScalar(key) || String(key.value) === '__proto__') {
      report(reader, offset, path, 'A key must be a text, and not `__proto__`.');
      continue;
    }
    const name = String(key.value);
    if (key.type === Scalar.PLAIN && ['', '~', 'null'].includes(name))
      report(reader, offset, path, 'A key is missing here, or YAML reads it as null; put it in quotes.');
    const at = [...path, name];
    data[name] = plain(reader, value, at);
    // A message about a value points at its key: that is the line people look for.
    reader.places.set(JSON.stringify(at), locate(reader, offset));
  }
  return data;
}

function locate(reader: Reader, offset: number): Place {
  const { line, col } = reader.lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function report(reader: Reader, offset: number, path: Path, message: string, code = 'mapping.yaml'): void {
  reader.problems.push({
    code,
    file: reader.file,
    ...locate(reader, offset),
    path: pathText(path),
    value: null,
    message,
    accepted: null,
    nearest: null,
  });
}

/** `fields.status.values` */
export function pathText(path: Path): string {
  return path
    .map((part) =>
      typeof part === 'number' ? `[${part}]` : /^[\w-]+$/.test(part) ? part : JSON.stringify(part),
    )
    .join('.')
    .replaceAll('.[', '[');
}
