import type { Value } from '../../model/index.ts';
import type { Apply, OperatorDeclaration, TypeLookup, TypeName } from '../registry.ts';
import { createCaselessMatcher, createLikeMatcher } from './match-like.ts';

function likeOperators(left: 'text' | 'bpchar'): readonly OperatorDeclaration[] {
  const declared = (name: string, create: () => (a: string, b: string) => boolean): OperatorDeclaration[] => [
    { name, left, right: 'text', result: 'bool', strict: true, make: create },
    { name: `!${name}`, left, right: 'text', result: 'bool', strict: true, make: () => negated(create()) },
  ];
  return [...declared('~~', createLikeMatcher), ...declared('~~*', createCaselessMatcher)];
}

/** The opposite answer. */
function negated(matches: (a: string, b: string) => boolean): Apply {
  return (a: string, b: string) => !matches(a, b);
}

const joined = (a: string, b: string): string => a + b;

/** Like a cast to text, which differs from a type's output for boolean and padded text. */
function asText(type: TypeName | undefined, catalog: TypeLookup): (value: Value) => string {
  if (type === 'bool') return (value) => (value === true ? 'true' : 'false');
  return catalog.output(type ?? 'text');
}

export const textOperators: readonly OperatorDeclaration[] = [
  { name: '||', left: 'text', right: 'text', result: 'text', strict: true, apply: joined },
  {
    name: '||',
    left: 'text',
    right: 'anynonarray',
    result: 'text',
    strict: true,
    make: ([, type], catalog) => {
      const print = asText(type, catalog);
      return (text: string, value: Value) => text + print(value);
    },
  },
  {
    name: '||',
    left: 'anynonarray',
    right: 'text',
    result: 'text',
    strict: true,
    make: ([type], catalog) => {
      const print = asText(type, catalog);
      return (value: Value, text: string) => print(value) + text;
    },
  },
  ...likeOperators('text'),
  ...likeOperators('bpchar'),
];
