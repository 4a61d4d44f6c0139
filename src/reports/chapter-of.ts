import type { Chapter, Section, Tone, Verdict } from './document.ts';

const gravity: Readonly<Record<Tone, number>> = { plain: 0, good: 1, warn: 2, bad: 3 };

/**
 * Sections as one chapter. What it says in one line is what its gravest section says, unless told otherwise; of equals the
 * first, since sections stand in the order of their importance.
 */
export function chapterOf(
  id: string,
  title: string,
  sections: readonly Section[],
  told: Verdict | null = null,
): Chapter {
  const said = sections.flatMap(({ verdict }) => verdict ?? []);
  const gravest = said.reduce<Verdict | null>(
    (worst, verdict) => (worst === null || gravity[verdict.tone] > gravity[worst.tone] ? verdict : worst),
    null,
  );
  return { id, title, verdict: told ?? gravest ?? { tone: 'plain', text: '' }, sections };
}
