import { arrayFunctions } from './arrays/array-functions.ts';
import { arrayOperators } from './arrays/array-operators.ts';
import { bytesCatalog } from './bytes/index.ts';
import { comparisonsOf } from './compare-operators.ts';
import { jsonCatalog } from './json/index.ts';
import { numberCasts } from './numbers/number-casts.ts';
import { numberFunctions } from './numbers/number-functions.ts';
import { numberOperators } from './numbers/number-operators.ts';
import { numberTypes } from './numbers/number-types.ts';
import { patternCatalog } from './patterns/index.ts';
import type { CatalogPart } from './registry.ts';
import { textFunctions } from './text/text-functions.ts';
import { textOperators } from './text/text-operators.ts';
import { textCasts, textTypes } from './text/text-types.ts';
import { timeCatalog } from './time/index.ts';

const declared: readonly CatalogPart[] = [
  { types: textTypes, casts: textCasts, functions: textFunctions, operators: textOperators },
  { types: numberTypes, casts: numberCasts, functions: numberFunctions, operators: numberOperators },
  { functions: arrayFunctions, operators: arrayOperators },
  bytesCatalog,
  jsonCatalog,
  patternCatalog,
  timeCatalog,
];

/** All parts of the language; comparisons follow from the types that declare an order. */
export const catalogParts: readonly CatalogPart[] = [
  ...declared,
  { operators: comparisonsOf(declared.flatMap(({ types }) => types ?? [])) },
];
