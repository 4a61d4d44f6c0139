import { counted, groupDigits, type Section } from '../document.ts';

/** Is the target as it was? Every relation counted again, beside what it held before the run. */
export function rollbackSection(
  relations: readonly { readonly relation: string; readonly before: string; readonly now: string }[],
): Section {
  const different = relations.filter(({ before, now }) => before !== now).length;
  return {
    id: 'rollback',
    title: 'After the rollback',
    verdict:
      different === 0
        ? { tone: 'good', text: 'every relation of the target holds as many records as before the run' }
        : {
            tone: 'bad',
            text: `${counted(different, 'relation')} do not hold what they held before the run`,
          },
    blocks: [
      {
        kind: 'table',
        head: ['relation', 'before the run', 'now'],
        rows: relations.map(({ relation, before, now }) => [relation, groupDigits(before), groupDigits(now)]),
        empty: '',
      },
    ],
  };
}
