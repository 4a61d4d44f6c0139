import type { SeededChoice } from '../../demo/seeded-choice.ts';
import { shuffled } from './lane-case.ts';

const odd: readonly string[] = [
  'select',
  'order',
  'with space',
  'quo"te',
  "apo'strophe",
  'back\\slash',
  'back`tick',
  'dollar$1',
  'per%s',
  'a.b',
  '#tag',
  '?',
  'UPPER',
  'Größe',
  '東京',
  'x'.repeat(63),
  'ü'.repeat(31),
  '\u{1f426} bird',
];

/** Names for so many fields, most of them plain, none like another but for its case; `takes` says what a system calls a name. */
export function drawNames(choice: SeededChoice, count: number, takes: RegExp = /^/u): readonly string[] {
  const left = [
    ...shuffled(
      choice,
      odd.filter((name) => takes.test(name)),
    ),
  ];
  const isOdd = choice.chance(0.4) ? 0.5 : 0;
  return Array.from(
    { length: count },
    (_none, at) => (choice.chance(isOdd) ? left.pop() : undefined) ?? `c${at}`,
  );
}

/** As a name in SQL, and in the mapping language. */
export function named(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
