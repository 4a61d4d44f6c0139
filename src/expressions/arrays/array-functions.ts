import type { Value } from '../../model/index.ts';
import { elementOf } from '../array-types.ts';
import { valueFault } from '../faults.ts';
import type { Apply, FunctionDeclaration, TypeLookup, TypeName } from '../registry.ts';
import { charactersOf } from '../text/code-points.ts';
import { flattened, isList, shapeOf } from './array-text.ts';
import { appended, joined, prepended } from './join-arrays.ts';

/** `string_to_array(text, delimiter, null text)`: a null delimiter splits into characters, an empty one not at all. */
function splitText(text: string | null, delimiter: string | null, nullText: string | null = null): Value {
  if (text === null) return null;
  if (text === '') return [];
  const parts = delimiter === null ? charactersOf(text) : delimiter === '' ? [text] : text.split(delimiter);
  return parts.map((part) => (part === nullText ? null : part));
}

/** `array_to_string(list, delimiter, null text)`: nulls are left out unless a text stands for them. */
function joinedText(print: (value: Value) => string): Apply {
  return (list: Value, delimiter: string | null, nullText: string | null = null): Value => {
    if (list === null || delimiter === null) return null;
    const texts = flattened(list).flatMap((value) => (value === null ? (nullText ?? []) : print(value)));
    return texts.join(delimiter);
  };
}

function printerOf([type = 'text[]']: readonly TypeName[], catalog: TypeLookup): (value: Value) => string {
  return catalog.output(elementOf(type) ?? type);
}

function dimensionLength(list: Value, dimensionText: string): Value {
  const length = isList(list) && list.length > 0 ? shapeOf(list)?.[Number(dimensionText) - 1] : undefined;
  return length === undefined ? null : String(length);
}

type Equals = (a: Value, b: Value) => boolean;

/** Nulls are found as values here. */
function equalsOf([type = 'text[]']: readonly TypeName[], catalog: TypeLookup): Equals {
  const compare = catalog.compare(elementOf(type) ?? type);
  if (compare === undefined) throw valueFault('0A000', 'elements of this type cannot be compared');
  return (a, b) => (a === null || b === null ? a === b : compare(a, b) === 0);
}

function oneDimension(list: Value): readonly Value[] {
  if (!isList(list)) return [];
  if (list.some(isList)) throw valueFault('0A000', 'only lists of one dimension are searched');
  return list;
}

const positionOf: FunctionDeclaration['make'] = (types, catalog) => {
  const equals = equalsOf(types, catalog);
  return (list: Value, wanted: Value, startText: string | null = '1'): Value => {
    if (list === null) return null;
    const elements = oneDimension(list);
    // What is not there is not there, wherever the search would start.
    if (elements.length === 0 || (wanted === null && !elements.includes(null))) return null;
    if (startText === null) throw valueFault('22004', 'the place to start at is null');
    const start = Math.max(Number(startText), 1);
    const found = elements.findIndex((element, at) => at >= start - 1 && equals(element, wanted));
    return found === -1 ? null : String(found + 1);
  };
};

const removing: FunctionDeclaration['make'] = (types, catalog) => {
  const equals = equalsOf(types, catalog);
  return (list: Value, gone: Value): Value =>
    list === null ? null : oneDimension(list).filter((element) => !equals(element, gone));
};

const replacing: FunctionDeclaration['make'] = (types, catalog) => {
  const equals = equalsOf(types, catalog);
  const replaced = (list: Value, from: Value, to: Value): Value =>
    isList(list)
      ? list.map((part) => (isList(part) ? replaced(part, from, to) : equals(part, from) ? to : part))
      : list;
  return replaced;
};

export const arrayFunctions: readonly FunctionDeclaration[] = [
  ...[
    ['text', 'text'],
    ['text', 'text', 'text'],
  ].map(
    (types): FunctionDeclaration => ({
      name: 'string_to_array',
      arguments: types as FunctionDeclaration['arguments'],
      result: 'text[]',
      strict: false,
      apply: splitText,
      summary: 'The parts of a text between delimiters; a third argument is the text that stands for null.',
      example:
        types.length === 2
          ? ["string_to_array('a;b;;c', ';')", '{a,b,"",c}']
          : ["string_to_array('a;-;c', ';', '-')", '{a,NULL,c}'],
    }),
  ),
  ...[
    ['anyarray', 'text'],
    ['anyarray', 'text', 'text'],
  ].map(
    (types): FunctionDeclaration => ({
      name: 'array_to_string',
      arguments: types as FunctionDeclaration['arguments'],
      result: 'text',
      strict: false,
      make: (actual, catalog) => joinedText(printerOf(actual, catalog)),
      summary: 'The elements as text with a delimiter between them; a third argument stands for nulls.',
      example: ["array_to_string(array[1, null, 3], ', ', '-')", '1, -, 3'],
    }),
  ),
  {
    name: 'array_length',
    arguments: ['anyarray', 'int4'],
    result: 'int4',
    strict: true,
    apply: dimensionLength,
    summary: 'Number of elements in a dimension; null for an empty list.',
    example: ['array_length(array[4, 5, 6], 1)', '3'],
  },
  {
    name: 'cardinality',
    arguments: ['anyarray'],
    result: 'int4',
    strict: true,
    apply: (list: Value) => String(flattened(list).length),
    summary: 'Number of all elements; 0 for an empty list.',
    example: ['cardinality(array[4, 5, 6])', '3'],
  },
  ...[
    ['anycompatiblearray', 'anycompatible'],
    ['anycompatiblearray', 'anycompatible', 'int4'],
  ].map(
    (types): FunctionDeclaration => ({
      name: 'array_position',
      arguments: types as FunctionDeclaration['arguments'],
      result: 'int4',
      strict: false,
      make: positionOf,
      summary: 'Place of the first element that is the value, from a place on; null when there is none.',
      example: ["array_position(array['a', 'b', 'a'], 'a', 2)", '3'],
    }),
  ),
  {
    name: 'array_append',
    arguments: ['anycompatiblearray', 'anycompatible'],
    result: 'anycompatiblearray',
    strict: false,
    apply: appended,
    summary: 'The list with a value behind it; also `list || value`.',
    example: ['array_append(array[1, 2], 3)', '{1,2,3}'],
  },
  {
    name: 'array_prepend',
    arguments: ['anycompatible', 'anycompatiblearray'],
    result: 'anycompatiblearray',
    strict: false,
    apply: prepended,
    summary: 'The list with a value in front.',
    example: ['array_prepend(0, array[1, 2])', '{0,1,2}'],
  },
  {
    name: 'array_cat',
    arguments: ['anycompatiblearray', 'anycompatiblearray'],
    result: 'anycompatiblearray',
    strict: false,
    apply: joined,
    summary: 'Two lists, one behind the other; also `list || list`.',
    example: ['array_cat(array[1], array[2, 3])', '{1,2,3}'],
  },
  {
    name: 'array_remove',
    arguments: ['anycompatiblearray', 'anycompatible'],
    result: 'anycompatiblearray',
    strict: false,
    make: removing,
    summary: 'The list without every element that is the value.',
    example: ["array_remove(array['a', '', 'b'], '')", '{a,b}'],
  },
  {
    name: 'array_replace',
    arguments: ['anycompatiblearray', 'anycompatible', 'anycompatible'],
    result: 'anycompatiblearray',
    strict: false,
    make: replacing,
    summary: 'The list with one value in place of another.',
    example: ['array_replace(array[1, 2, 1], 1, 9)', '{9,2,9}'],
  },
];
