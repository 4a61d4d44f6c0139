import type { CatalogPart, OperatorDeclaration } from '../registry.ts';
import { checkPattern, createPatternCache, patternFunctions } from './pattern-functions.ts';

function matching(
  name: string,
  left: 'text' | 'bpchar',
  flags: string,
  wanted: boolean,
): OperatorDeclaration {
  return {
    name,
    left,
    right: 'text',
    result: 'bool',
    strict: true,
    make: () => {
      const cache = createPatternCache();
      return (text: string, pattern: string) => cache.get(pattern, flags).compiled.test(text) === wanted;
    },
    checkConstants: (constants) => checkPattern(constants[1], flags),
  };
}

/** Regular expressions with the meaning of PostgreSQL's, whose matches are the longest and not the first found. */
export const patternCatalog: CatalogPart = {
  functions: patternFunctions,
  operators: (['text', 'bpchar'] as const).flatMap((left) => [
    matching('~', left, '', true),
    matching('!~', left, '', false),
    matching('~*', left, 'i', true),
    matching('!~*', left, 'i', false),
  ]),
};
