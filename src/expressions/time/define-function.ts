import type { Value } from '../../model/index.ts';
import type { Apply, DeclaredType, FunctionDeclaration } from '../registry.ts';
import { zoneOfText } from './zone-of-text.ts';

/** Expression and its result as text. */
export type Example = readonly [expression: string, result: string | null];

/** A strict function; `more` for what few have. */
export function define(
  name: string,
  types: readonly DeclaredType[],
  result: DeclaredType,
  apply: Apply,
  summary: string,
  example: Example,
  more: Partial<FunctionDeclaration> = {},
): FunctionDeclaration {
  return { name, arguments: types, result, strict: true, apply, summary, example, ...more };
}

/** Finds a misspelled zone when compiling. */
export function checkZone(constants: readonly (Value | undefined)[]): void {
  const [zone] = constants;
  if (typeof zone === 'string') zoneOfText(zone);
}
