import type { CatalogPart } from '../registry.ts';
import { cutFunctions } from './cut-functions.ts';
import { fieldFunctions } from './field-functions.ts';
import { formatFunctions } from './format-functions.ts';
import { makeFunctions, readFunctions } from './make-functions.ts';
import { spanFunctions } from './span-functions.ts';
import { timeCasts } from './time-casts.ts';
import { timeOperators } from './time-operators.ts';
import { timeTypes } from './time-types.ts';
import { zoneFunctions } from './zone-functions.ts';

/** Everything the mapping language can do with dates, times, intervals and formats. */
export const timeOverloads: CatalogPart = {
  types: timeTypes,
  functions: [
    ...readFunctions,
    ...makeFunctions,
    ...zoneFunctions,
    ...fieldFunctions,
    ...cutFunctions,
    ...spanFunctions,
    ...formatFunctions,
  ],
  operators: timeOperators,
  casts: timeCasts,
};
