import type { CatalogPart } from '../registry.ts';
import { jsonCasts } from './json-casts.ts';
import { jsonFunctions } from './json-functions.ts';
import { jsonOperators } from './json-operators.ts';
import { checkedJson, normalizedJson } from './normalize-json.ts';

/** json and jsonb: the documents as text, numbers never parsed into binary. They have equality (jsonb) but no order. */
export const jsonCatalog: CatalogPart = {
  types: [
    { name: 'json', category: 'U', preferred: false, input: checkedJson },
    { name: 'jsonb', category: 'U', preferred: false, input: normalizedJson },
  ],
  casts: jsonCasts,
  functions: jsonFunctions,
  operators: jsonOperators,
};
