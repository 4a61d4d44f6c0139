import { expect, test } from 'vitest';
import { parseJourney } from './parse-journey.ts';

const steps = (text: string): unknown =>
  parseJourney('x', text).map((step) =>
    Object.fromEntries(Object.entries(step).filter(([name]) => name !== 'place')),
  );

test('a story becomes steps', () => {
  expect(
    steps(`# Prose.
system new = sqlite new.sqlite
env A=b c
clock + 3 days

-- dir/file.txt --
a

# not prose
--
edit file.txt
- a
+ b

$ godwit check --x "y z"
...
done

$ godwit run
[exit 4]

do new> create table t (a);
  create table u (b)

sql new> select *
  from t
1 | 2
  not a row

equal old> select 1
      new> select 2
        union select 3
`),
  ).toEqual([
    { kind: 'system', name: 'new', engine: 'sqlite', argument: 'new.sqlite' },
    { kind: 'environment', name: 'A', value: 'b c' },
    { kind: 'clock', days: 3 },
    { kind: 'write', path: 'dir/file.txt', text: 'a\n\n# not prose\n' },
    { kind: 'edit', path: 'file.txt', changes: [{ from: 'a', to: 'b' }] },
    { kind: 'command', command: 'godwit check --x "y z"', expected: ['...', 'done'], exit: 0 },
    { kind: 'command', command: 'godwit run', expected: [], exit: 4 },
    { kind: 'do', system: 'new', sql: ' create table t (a);\n  create table u (b)' },
    { kind: 'sql', system: 'new', sql: ' select *\n  from t', rows: ['1 | 2', '  not a row'] },
    {
      kind: 'equal',
      queries: [
        { system: 'old', sql: ' select 1' },
        { system: 'new', sql: ' select 2\n        union select 3' },
      ],
    },
  ]);
});

test.each([
  ['a line nobody knows', 'frobnicate', 'x:1: not a step'],
  ['a file without an end', '\n-- a --\nb\n', 'x:2: a file that no line'],
  ['half an edit', 'edit a\n- b', 'x:1: an edit has pairs'],
])('%s is refused with its place', (_title, text, message) => {
  expect(() => parseJourney('x', text)).toThrow(message);
});
