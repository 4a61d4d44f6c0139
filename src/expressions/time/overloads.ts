import type { CatalogPart } from '../registry.ts';
import { formatFunctions } from './format-functions.ts';
import { timeCasts } from './time-casts.ts';
import { timeFunctions } from './time-functions.ts';
import { timeOperators } from './time-operators.ts';
import { timeTypes } from './time-types.ts';

/** Everything the mapping language can do with dates, times, intervals and formats. */
export const timeOverloads: CatalogPart = {
  types: timeTypes,
  functions: [...timeFunctions, ...formatFunctions],
  operators: timeOperators,
  casts: timeCasts,
};
