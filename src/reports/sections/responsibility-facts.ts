import type { Responsibility } from '../../model/index.ts';
import type { Block } from '../document.ts';

/** Who answers, who does it, who is asked, who is told; nothing where nobody was named. */
export function responsibilityFacts(responsibility: Responsibility | null | undefined): readonly Block[] {
  if (!responsibility) return [];
  const { accountable, responsible, consulted, informed } = responsibility;
  const people = (names: readonly string[]): string => names.join(', ') || 'nobody';
  return [
    {
      kind: 'facts',
      facts: [
        ['accountable', accountable],
        ['responsible', people(responsible)],
        ['consulted', people(consulted)],
        ['informed', people(informed)],
      ],
    },
  ];
}
