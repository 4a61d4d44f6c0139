import type { Section } from '../document.ts';

/** Every member of what a person is about to sign, under the kind of decision it is. */
export function statementSection(kind: string, body: object): Section {
  const facts = Object.entries(body).map(([name, value]): readonly [string, string] => [
    name,
    value === null ? 'none' : String(value),
  ]);
  return {
    id: 'statement',
    title: `Signed is this ${kind.replaceAll('-', ' ')}, about exactly the text above`,
    verdict: null,
    blocks: [{ kind: 'facts', facts }],
  };
}
