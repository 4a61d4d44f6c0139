import { catalogParts } from './catalog-parts.ts';
import type { FunctionDeclaration } from './registry.ts';
import { signatureText } from './signature-text.ts';

/** One form of one function, for documentation, completion and messages. */
export interface FunctionSignature {
  readonly name: string;
  /** `lpad(text, int4, text) -> text`. */
  readonly text: string;
  readonly summary: string;
  readonly example: readonly [expression: string, result: string | null];
}

/** Every function of the language, by name; what PostgreSQL does not have comes last. */
export function functionSignatures(): readonly FunctionSignature[] {
  const declared = catalogParts.flatMap(({ functions }) => functions ?? []);
  const sorted = declared.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  return [...sorted.map(signature), ...own];
}

function signature(item: FunctionDeclaration): FunctionSignature {
  const text = `${signatureText(item)} -> ${item.result}`;
  return Object.freeze({ name: item.name, text, summary: item.summary, example: item.example });
}

const own: readonly FunctionSignature[] = [
  {
    name: 'lookup',
    text: 'lookup(object, key ...) -> type of the new id',
    summary: 'The new id for an old record; a record that has none makes this record one that cannot go.',
    example: ["lookup('company', 7)", '1007'],
  },
  {
    name: 'lookup_or_null',
    text: 'lookup_or_null(object, key ...) -> type of the new id',
    summary: 'The same, but null for an old record without a new id.',
    example: ["lookup_or_null('company', 8)", null],
  },
  {
    name: 'mask',
    text: "mask(text, 'text' or 'email') -> text",
    summary:
      'Another text of the same shape, always the same for the same text: letters for letters, digits for digits.',
    example: ["length(mask('Ada 42'))", '6'],
  },
];
