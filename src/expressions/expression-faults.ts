import { GodwitError } from '../model/index.ts';

/** Where something stands in an expression; both count from 1, columns in characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const titles = {
  'expression.syntax': 'This is not an expression',
  'expression.too-large': 'The expression is too large',
  'expression.not-allowed': 'The mapping language does not have this',
  'expression.unknown-field': 'There is no such field',
  'expression.unknown-function': 'There is no such function',
  'expression.unknown-type': 'There is no such type',
  'expression.unknown-object': 'There is no such object to look up',
  'expression.type-mismatch': 'The types do not go together',
  'expression.ambiguous': 'More than one meaning is possible',
} as const;

export type ExpressionFaultCode = keyof typeof titles;

/** The text is not a valid expression. */
export function expressionFault(
  code: ExpressionFaultCode,
  place: Place | null,
  detail: string,
  nextStep: string,
): GodwitError {
  const at = place === null ? '' : `line ${place.line}, column ${place.column}: `;
  return new GodwitError({
    code,
    title: titles[code],
    detail: `${at}${detail}`,
    nextStep,
    fate: 'never',
    ...(place === null ? {} : { where: place }),
  });
}

/** The same failure with the place in the expression it comes from. */
export function placed(error: GodwitError, place: Place | null): GodwitError {
  if (place === null || error.where.line !== undefined) return error;
  return new GodwitError({
    code: error.code,
    title: error.title,
    detail: `line ${place.line}, column ${place.column}: ${error.detail}`,
    nextStep: error.nextStep,
    fate: error.fate,
    where: { ...error.where, ...place },
    cause: error.cause,
  });
}
