import type { Assessment } from '../../risk/index.ts';
import type { Section, Tone } from '../document.ts';

const tones: Readonly<Record<Assessment['verdict'], Tone>> = { low: 'good', medium: 'warn', high: 'bad' };

/** The risk of the move: the verdict, why, each variable with its evidence, and what would lower it. */
export function assessmentSection(assessment: Assessment): Section {
  return {
    id: 'assessment',
    title: 'Risk',
    verdict: {
      tone: tones[assessment.verdict],
      text: `${assessment.verdict} (${assessment.score} of 100): ${assessment.because}`,
    },
    blocks: [
      {
        kind: 'table',
        head: ['variable', 'score', 'weight'],
        rows: assessment.scores.map(({ variable, score, weight }) => [
          variable.replaceAll('-', ' '),
          score,
          `${weight}`,
        ]),
        empty: '',
      },
      {
        kind: 'table',
        head: ['variable', 'looked at', 'measured', 'points'],
        rows: assessment.scores.flatMap(({ variable, evidence }) =>
          evidence.map(({ fact, measured, points }) => [
            variable.replaceAll('-', ' '),
            fact,
            measured,
            points,
          ]),
        ),
        empty: 'Nothing was measured.',
      },
      {
        kind: 'paragraph',
        text: assessment.lowers.length > 0 ? 'What would lower it, most effective first:' : '',
      },
      {
        kind: 'list',
        items: assessment.lowers.map((title) => ({ tone: 'plain' as const, title, detail: '', fix: null })),
      },
    ],
  };
}
