import { describeFieldType } from '../../src/model/index.ts';
import { adoptedTypes, createdAs, systems, typeGroups } from '../fidelity/cells.ts';
import { type Note, verdictOf } from '../fidelity/conditions.ts';
import type { ComparedType } from '../fidelity/declared-equality.ts';
import type { SystemName, TestedType } from '../fidelity/tested-type.ts';

const titles: Readonly<Record<SystemName, string>> = {
  postgres: 'PostgreSQL',
  mariadb: 'MariaDB',
  sqlite: 'SQLite',
};

/** `docs/reference/fidelity.md`: what becomes of every type on its way into every other, from the table that is tried. */
export function fidelityPage(): string {
  const pairs = systems.flatMap((from) => systems.map((to) => pairPart(from, to)));
  return `<!-- Written by \`npm run docs\` from the table in \`tests/fidelity\`, every cell of which is tried on servers; a test compares. -->

# Which types arrive whole

A plain copy never alters a value in silence. Each cell below is one of these:

- **✓** every value arrives. A letter behind it names the one thing in which the spelling, not the value, may differ.
- **#** some values cannot go, under the conditions that the letters and numbers name. \`godwit map check\` counts those records exactly
  before anything moves, and each such finding needs a signed decision; the records then go into quarantine, unaltered.
- **–** not by itself: \`godwit map check\` stops with [\`mapping.no-assignment\`](../errors/mapping.no-assignment.md) before anything runs. A cast in
  the mapping says what is meant. Types that are not listed in a row are of this kind.

"Created" is the column that godwit makes where a mapping has \`create: true\`. How values are compared: a number is its value, not its
spelling; as a text or a decimal a binary number is what its shortest digits say; zeros at the end of a second's fraction say nothing;
an instant is told in UTC.

The table is tried value by value on real servers: in every run of the tests with a share and a new seed, and in full by
\`npm run prove -- fidelity\`, with what it found in \`tests/proofs/results\`. Values are drawn for each type, with the awkward ones always
among them; sources and targets are compared by plain SQL.

${pairs.join('\n')}`;
}

function pairPart(from: SystemName, to: SystemName): string {
  const notes = new Footnotes();
  const rows = typeGroups[from].flat().map((type) => rowOf(type, to, notes));
  return `## ${titles[from]} to ${titles[to]}

| from | created | ✓ whole | # counted beforehand |
|---|---|---|---|
${rows.join('\n')}

${notes.lines().join('\n')}
`;
}

function rowOf(from: TestedType, to: SystemName, notes: Footnotes): string {
  const made = createdAs(from, to);
  const cells = adoptedTypes(from, to).map((type) => ({ type, ...markOf(from, type, notes) }));
  const listed = (mark: string): string =>
    [
      ...Map.groupBy(
        cells.filter((cell) => cell.mark === mark),
        ({ marks }) => marks,
      ),
    ]
      .map(([marks, alike]) => `${alike.map(({ type }) => code(type)).join(', ')}${marks}`)
      .join('; ');
  const first = markOf(from, made, notes);
  return `| ${code(from)} | ${first.mark}${first.marks} ${describeFieldType(made.model)} | ${listed('✓')} | ${listed('#')} |`;
}

function markOf(
  from: TestedType,
  to: ComparedType,
  notes: Footnotes,
): { readonly mark: string; readonly marks: string } {
  const verdict = verdictOf(from, to);
  if (verdict.mark === 'impossible') return { mark: '–', marks: '' };
  const marks = [...new Set(verdict.notes.map((note) => notes.mark(note)))];
  return {
    mark: verdict.mark === 'exact' ? '✓' : '#',
    marks: marks.length === 0 ? '' : ` <sup>${marks.join(' ')}</sup>`,
  };
}

function code({ native }: { readonly native: string }): string {
  const shown = native
    .replace(/ CHECK .*/, ' CHECK 0 or 1')
    .replace(/ NULL$/, '')
    .replaceAll('CHARACTER SET ', '')
    .replaceAll('|', '\\|');
  return native === '' ? '(no type)' : `\`${shown}\``;
}

/** Letters for what is known by one, numbers for the rest, in the order they come up. */
class Footnotes {
  readonly #words = new Map<string, string>();
  readonly #numbers = new Map<string, string>();

  mark({ letter, words }: Note): string {
    const mark = letter === '' ? (this.#numbers.get(words) ?? String(this.#numbers.size + 1)) : letter;
    if (letter === '') this.#numbers.set(words, mark);
    this.#words.set(mark, words);
    return mark;
  }

  lines(): readonly string[] {
    return [...this.#words].map(
      ([mark, words]) => `- <sup>${mark}</sup> ${words.replaceAll('|', '\\|').replaceAll('<', '&lt;')}`,
    );
  }
}
