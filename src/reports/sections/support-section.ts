import type { VisibleChange, VisibleChangeKind } from '../../mapping/index.ts';
import { type Block, type Cell, counted, type Section } from '../document.ts';

/** The order in which support is asked about it, and what to say. */
const groups: readonly (readonly [VisibleChangeKind, title: string, say: string])[] = [
  [
    'records-gone',
    'Records that are not there',
    'They were left behind on purpose; the reason is beside each.',
  ],
  ['field-gone', 'Fields that are not there', 'Their content was left behind on purpose.'],
  ['renamed', 'Other names', 'The content is the same, under another name.'],
  [
    'values',
    'Other words for the same',
    'Several old words on one line are one word now, and cannot be told apart.',
  ],
  ['cut', 'Shorter texts, fewer digits', 'The old system may have shown more.'],
  ['time', 'Dates and times', 'The hour, or the day, may read otherwise than in the old system.'],
  ['new-id', 'New numbers', 'Numbers in old mails, links and lists may not lead to the record any more.'],
  ['split', 'One record is several', 'Look for all of them.'],
  ['retyped', 'Another kind of value', 'It may sort, be searched and be spelled otherwise.'],
  ['hidden', 'Made unreadable', 'What is shown is made up; the true value is not in the new system.'],
  ['computed', 'Put together anew', 'The new value is computed as shown.'],
];

/** What users may notice after the move, for those who answer them: from the mapping alone, so the same for every run of it. */
export function supportSection(changes: readonly VisibleChange[]): Section {
  return {
    id: 'support',
    title: 'What users may notice',
    verdict: {
      tone: 'plain',
      text:
        changes.length === 0
          ? 'nothing: every field keeps its name, its kind and its content'
          : `${counted(changes.length, 'thing')} in ${counted(new Set(changes.map(({ relation }) => relation)).size, 'place')} will look otherwise`,
    },
    blocks: groups.flatMap(([kind, title, say]) =>
      groupBlocks(
        changes.filter((change) => change.kind === kind),
        title,
        say,
      ),
    ),
  };
}

function groupBlocks(changes: readonly VisibleChange[], title: string, say: string): readonly Block[] {
  if (changes.length === 0) return [];
  const columns = [
    ['in', ({ relation }) => relation],
    ['was', ({ before }) => ({ code: before })],
    ['is now', ({ after }) => after ?? ''],
    ['values', valuesCell],
    ['why', ({ why }) => why ?? ''],
  ] as const satisfies readonly (readonly [string, (change: VisibleChange) => Cell])[];
  const shown = columns.filter(([, cell]) => changes.some((change) => cell(change) !== ''));
  return [
    { kind: 'heading', text: title },
    { kind: 'paragraph', text: say },
    {
      kind: 'table',
      head: shown.map(([head]) => head),
      rows: changes.map((change) => shown.map(([, cell]) => cell(change))),
      empty: '',
    },
  ];
}

function valuesCell({ values }: VisibleChange): string {
  return values.map(({ olds, now }) => `${olds.join(', ')} -> ${now ?? 'nothing'}`).join('\n');
}
