/**
 * A journey is a text that people read like a story and that runs: what is typed, what is answered, what then stands in the
 * databases. README.md shows every kind of paragraph. A paragraph ends with an empty line; what it expects stands below it.
 */
export function parseJourney(name: string, text: string): readonly Step[] {
  const lines = text.split('\n');
  const steps: Step[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    if (line.trim() === '' || line.startsWith('#')) {
      at += 1;
      continue;
    }
    const end = line.startsWith('-- ') ? endOfFile(name, lines, at) : endOfStep(lines, at);
    steps.push(parseStep(`${name}:${at + 1}`, lines.slice(at, end)));
    at = end;
  }
  return steps;
}

export type Step = { readonly place: string } & (
  | { readonly kind: 'system'; readonly name: string; readonly engine: string; readonly argument: string }
  | { readonly kind: 'take'; readonly from: string; readonly to: string }
  | { readonly kind: 'load'; readonly system: string; readonly table: string | null; readonly file: string }
  | { readonly kind: 'environment'; readonly name: string; readonly value: string }
  | { readonly kind: 'given'; readonly name: string; readonly value: string }
  | { readonly kind: 'clock'; readonly days: number }
  | { readonly kind: 'write'; readonly path: string; readonly text: string }
  | { readonly kind: 'edit'; readonly path: string; readonly changes: readonly Change[] }
  | { readonly kind: 'do'; readonly system: string; readonly sql: string }
  | { readonly kind: 'sql'; readonly system: string; readonly sql: string; readonly rows: readonly string[] }
  | { readonly kind: 'equal'; readonly queries: readonly Query[] }
  | {
      readonly kind: 'command';
      readonly command: string;
      readonly expected: readonly string[];
      readonly exit: number;
    }
);

export interface Change {
  readonly from: string;
  readonly to: string;
}

export interface Query {
  readonly system: string;
  readonly sql: string;
}

const oneLine = /^(?:system|let|env|clock|take|load) /;
const beginning = /^(?:\$ |sql \w+>|do \w+>|equal \w+>)/;

function endOfStep(lines: readonly string[], start: number): number {
  let end = start + 1;
  if (oneLine.test(lines[start] ?? '')) return end;
  while (end < lines.length && lines[end]?.trim() !== '' && !beginning.test(lines[end] ?? '')) end += 1;
  return end;
}

function endOfFile(name: string, lines: readonly string[], start: number): number {
  const end = lines.indexOf('--', start);
  if (end < 0) throw new Error(`${name}:${start + 1}: a file that no line of two dashes ends`);
  return end + 1;
}

const kinds: readonly (readonly [RegExp, (place: string, match: readonly string[], body: Body) => Step])[] = [
  [
    /^\$ (.+)$/,
    (place, [, command = ''], body) => ({ place, kind: 'command', command, ...expectation(body.lines) }),
  ],
  [
    /^sql (\w+)>(.*)$/,
    (place, [, system = '', start = ''], body) => ({ place, kind: 'sql', system, ...query(start, body) }),
  ],
  [
    /^do (\w+)>(.*)$/,
    (place, [, system = '', start = ''], { lines }) => ({
      place,
      kind: 'do',
      system,
      sql: [start, ...lines].join('\n'),
    }),
  ],
  [
    /^equal (\w+)>(.*)$/,
    (place, [, system = '', start = ''], { lines }) => ({
      place,
      kind: 'equal',
      queries: queries(system, start, lines),
    }),
  ],
  [
    /^-- (.+) --$/,
    (place, [, path = ''], { lines }) => ({
      place,
      kind: 'write',
      path,
      text: lines
        .slice(0, -1)
        .map((line) => `${line}\n`)
        .join(''),
    }),
  ],
  [
    /^edit (\S+)$/,
    (place, [, path = ''], { lines }) => ({ place, kind: 'edit', path, changes: changes(place, lines) }),
  ],
  [
    /^system (\w+) = (\w+) (.+)$/,
    (place, [, name = '', engine = '', argument = '']) => ({ place, kind: 'system', name, engine, argument }),
  ],
  [/^take (\S+) as (\S+)$/, (place, [, from = '', to = '']) => ({ place, kind: 'take', from, to })],
  [
    /^load (\w+)(?: ([\w.]+))? < (\S+)$/,
    (place, [, system = '', table = null, file = '']) => ({ place, kind: 'load', system, table, file }),
  ],
  [/^let (\w+) = (.+)$/, (place, [, name = '', value = '']) => ({ place, kind: 'given', name, value })],
  [/^env (\w+)=(.*)$/, (place, [, name = '', value = '']) => ({ place, kind: 'environment', name, value })],
  [/^clock \+ (\d+) days?$/, (place, [, days = '']) => ({ place, kind: 'clock', days: Number(days) })],
];

interface Body {
  readonly lines: readonly string[];
}

function parseStep(place: string, [first = '', ...lines]: readonly string[]): Step {
  for (const [pattern, make] of kinds) {
    const match = pattern.exec(first);
    if (match) return make(place, match, { lines });
  }
  throw new Error(`${place}: not a step of a journey: ${first}`);
}

function expectation(lines: readonly string[]): {
  readonly expected: readonly string[];
  readonly exit: number;
} {
  const last = /^\[exit (\d+)\]$/.exec(lines.at(-1) ?? '');
  return last ? { expected: lines.slice(0, -1), exit: Number(last[1]) } : { expected: lines, exit: 0 };
}

/** Indented lines go on with the statement; the others are the rows it has to give. */
function query(start: string, { lines }: Body): { readonly sql: string; readonly rows: readonly string[] } {
  const behind = lines.findIndex((line) => !line.startsWith('  '));
  const rows = behind < 0 ? [] : lines.slice(behind);
  return { sql: [start, ...lines.slice(0, lines.length - rows.length)].join('\n'), rows };
}

function queries(system: string, start: string, lines: readonly string[]): readonly Query[] {
  const found: { system: string; sql: string }[] = [{ system, sql: start }];
  for (const line of lines) {
    const next = /^ +(\w+)>(.*)$/.exec(line);
    const last = found.at(-1);
    if (next) found.push({ system: next[1] ?? '', sql: next[2] ?? '' });
    else if (last) last.sql += `\n${line}`;
  }
  return found;
}

function changes(place: string, lines: readonly string[]): readonly Change[] {
  const found: Change[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    const [from = '', to = ''] = [lines[at], lines[at + 1]];
    if (!from.startsWith('- ') || !/^\+( |$)/.test(to))
      throw new Error(`${place}: an edit has pairs of lines, "- old" and "+ new"`);
    found.push({ from: from.slice(2), to: to.slice(2) });
  }
  return found;
}
