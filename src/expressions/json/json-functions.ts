import type { Value } from '../../model/index.ts';
import { valueFault } from '../faults.ts';
import type { FunctionDeclaration } from '../registry.ts';
import { builtArray, builtObject, jsonWriter } from './make-json.ts';
import { asJson, asText, documentOf, elementCount, kindOfJson, reachInto } from './reach-into-json.ts';

const kindOf = {
  summary: 'Which kind of JSON it is: object, array, string, number, boolean, null.',
  apply: (text: string) => kindOfJson(text),
};

function countOf(text: string): string {
  const count = elementCount(text);
  if (count === undefined) throw valueFault('22023', 'the JSON is no array and has no length');
  return String(count);
}

function pathFunction(
  name: string,
  result: 'jsonb' | 'text',
  example: FunctionDeclaration['example'],
): FunctionDeclaration {
  const read = result === 'jsonb' ? asJson : asText;
  return {
    name,
    arguments: ['jsonb', 'text'],
    variadic: true,
    result,
    strict: true,
    apply: (text: string, ...path: Value[]) => read(reachInto(documentOf(text), path)),
    summary: `What lies at the end of a path of names and places, as ${result === 'jsonb' ? 'JSON' : 'text'}.`,
    example,
  };
}

export const jsonFunctions: readonly FunctionDeclaration[] = [
  {
    name: 'to_jsonb',
    arguments: ['anyelement'],
    result: 'jsonb',
    strict: true,
    make: ([type = 'text'], catalog) => jsonWriter(type, catalog),
    summary: 'Any value as JSON.',
    example: ['to_jsonb(array[1, 2])', '[1, 2]'],
  },
  {
    name: 'jsonb_build_object',
    arguments: ['any'],
    variadic: true,
    result: 'jsonb',
    strict: false,
    make: builtObject,
    summary: 'An object of keys and values in turn.',
    example: ["jsonb_build_object('id', 7, 'tags', array['a'])", '{"id": 7, "tags": ["a"]}'],
  },
  {
    name: 'jsonb_build_object',
    arguments: [],
    result: 'jsonb',
    strict: false,
    apply: () => '{}',
    summary: 'The empty object.',
    example: ['jsonb_build_object()', '{}'],
  },
  {
    name: 'jsonb_build_array',
    arguments: ['any'],
    variadic: true,
    result: 'jsonb',
    strict: false,
    make: builtArray,
    summary: 'An array of values of any types.',
    example: ["jsonb_build_array(1, 'a', null, true)", '[1, "a", null, true]'],
  },
  {
    name: 'jsonb_build_array',
    arguments: [],
    result: 'jsonb',
    strict: false,
    apply: () => '[]',
    summary: 'The empty array.',
    example: ['jsonb_build_array()', '[]'],
  },
  {
    name: 'jsonb_typeof',
    arguments: ['jsonb'],
    result: 'text',
    strict: true,
    ...kindOf,
    example: ["jsonb_typeof('[1]'::jsonb)", 'array'],
  },
  {
    name: 'json_typeof',
    arguments: ['json'],
    result: 'text',
    strict: true,
    ...kindOf,
    example: ['json_typeof(\'"a"\'::json)', 'string'],
  },
  {
    name: 'jsonb_array_length',
    arguments: ['jsonb'],
    result: 'int4',
    strict: true,
    apply: countOf,
    summary: 'Number of elements of an array.',
    example: ["jsonb_array_length('[1, 2, 3]'::jsonb)", '3'],
  },
  {
    name: 'json_array_length',
    arguments: ['json'],
    result: 'int4',
    strict: true,
    apply: countOf,
    summary: 'Number of elements of an array.',
    example: ["json_array_length('[1, 2, 3]'::json)", '3'],
  },
  pathFunction('jsonb_extract_path', 'jsonb', [
    "jsonb_extract_path('{\"a\": [1, 2]}'::jsonb, 'a', '1')",
    '2',
  ]),
  pathFunction('jsonb_extract_path_text', 'text', [
    'jsonb_extract_path_text(\'{"a": "x"}\'::jsonb, \'a\')',
    'x',
  ]),
];
