import type { Assessment } from '../../risk/index.ts';
import type { Section, Tone } from '../document.ts';

const tones: Readonly<Record<Assessment['verdict'], Tone>> = { low: 'good', medium: 'warn', high: 'bad' };

const spoken = (variable: string): string => variable.replaceAll('-', ' ').replace(/^api\b/, 'API');

/** The risk of the move: the verdict, why, each variable with its evidence, and what would lower it. */
export function assessmentSection(assessment: Assessment): Section {
  return {
    id: 'assessment',
    title: 'Risk',
    verdict: {
      tone: tones[assessment.verdict],
      text: `${assessment.verdict}: ${assessment.because}`,
    },
    blocks: [
      {
        kind: 'table',
        head: ['variable', 'score', 'weight'],
        rows: assessment.scores.map(({ variable, score, weight }) => [
          spoken(variable),
          { of100: score },
          `${Math.round(weight * 100)} %`,
        ]),
        empty: '',
      },
      {
        kind: 'table',
        head: ['variable', 'looked at', 'measured', 'points'],
        rows: assessment.scores.flatMap(({ variable, evidence }) =>
          evidence.map(({ fact, measured, points }, at) => [
            at === 0 ? spoken(variable) : '',
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
