import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { controls } from '../../src/reports/compliance-controls.ts';

const src = new URL('../../src/', import.meta.url);
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /^(?!reports\/)(?!.*\.(test|contract)\.ts$).*\.ts$/.test(name))
  .map((name) => readFileSync(new URL(name, src), 'utf8'));
const found = (pattern: RegExp): readonly string[] =>
  files.flatMap((text) => [...text.matchAll(pattern)].map(([, word]) => word ?? ''));
const readKinds = (name: string, block: RegExp, kind: RegExp): readonly string[] => {
  const [whole = ''] = block.exec(readFileSync(new URL(name, src), 'utf8')) ?? [];
  return [...whole.matchAll(kind)].map(([, word]) => word ?? '');
};

/** Types of entries as the code writes them: in place, by a constant's name, or told by the engine. */
function typesWritten(): ReadonlySet<string> {
  const named = found(/\btype: ([a-z]\w+), actor\b/g);
  const constants = named.flatMap((name) =>
    found(new RegExp(String.raw`\bconst ${name} = '([a-z-]+)'`, 'g')),
  );
  const ofEngine = found(/'engine\.([a-z-]+)'/g).map((name) => `engine-${name}`);
  return new Set([...found(/\btype: '([a-z-]+)'/g), ...constants, ...ofEngine]);
}

const kindsOf: Readonly<Record<string, readonly string[]>> = {
  'decision-recorded': readKinds(
    'ledger/decision.ts',
    /interface Decisions \{[^}]*\}/,
    /'?([\w-]+)'?: \w+;/g,
  ),
  'evidence-recorded': readKinds('ledger/evidence.ts', /const kinds = \[[^\]]*\]/, /'([\w-]+)'/g),
};

test('every entry that the compliance table asks for is one the code writes', () => {
  const written = typesWritten();
  expect(written.size).toBeGreaterThan(15);
  const asked = new Set(controls.flatMap(({ entries }) => entries));
  expect(asked.size).toBeGreaterThan(10);
  const unknown = [...asked].filter((name) => {
    const [type = '', kind] = name.split(':');
    return !written.has(type) || (kind !== undefined && !kindsOf[type]?.includes(kind));
  });
  expect(unknown).toEqual([]);
});
