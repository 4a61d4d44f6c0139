import type { Value } from '../../model/index.ts';
import type { OperatorDeclaration } from '../registry.ts';
import { concatenatedJson, withoutElement, withoutKeys } from './change-json.ts';
import { sameJson } from './compare-json.ts';
import { asJson, asText, documentOf, elementAt, kindOfJson, memberOf, reachInto } from './reach-into-json.ts';

type JsonName = 'json' | 'jsonb';

function reaching(type: JsonName): readonly OperatorDeclaration[] {
  const strict = true;
  const member = (text: string, name: string): ReturnType<typeof memberOf> =>
    memberOf(documentOf(text), name);
  const element = (text: string, place: string): ReturnType<typeof elementAt> =>
    elementOf(type, text, Number(place));
  const path = (text: string, steps: readonly Value[]): ReturnType<typeof reachInto> =>
    reachInto(documentOf(text), steps);
  return [
    {
      name: '->',
      left: type,
      right: 'text',
      result: type,
      strict,
      apply: (a: string, b: string) => asJson(member(a, b)),
    },
    {
      name: '->',
      left: type,
      right: 'int4',
      result: type,
      strict,
      apply: (a: string, b: string) => asJson(element(a, b)),
    },
    {
      name: '->>',
      left: type,
      right: 'text',
      result: 'text',
      strict,
      apply: (a: string, b: string) => asText(member(a, b)),
    },
    {
      name: '->>',
      left: type,
      right: 'int4',
      result: 'text',
      strict,
      apply: (a: string, b: string) => asText(element(a, b)),
    },
    {
      name: '#>',
      left: type,
      right: 'text[]',
      result: type,
      strict,
      apply: (a: string, b: readonly Value[]) => asJson(path(a, b)),
    },
    {
      name: '#>>',
      left: type,
      right: 'text[]',
      result: 'text',
      strict,
      apply: (a: string, b: readonly Value[]) => asText(path(a, b)),
    },
  ];
}

/** A scalar in jsonb counts as an array of one element here, as PostgreSQL stores it. */
function elementOf(type: JsonName, text: string, place: number): ReturnType<typeof elementAt> {
  const document = documentOf(text);
  const kind = kindOfJson(text);
  if (type === 'json' || kind === 'array' || kind === 'object') return elementAt(document, place);
  return place === 0 || place === -1 ? document : undefined;
}

export const jsonOperators: readonly OperatorDeclaration[] = [
  ...reaching('jsonb'),
  ...reaching('json'),
  { name: '=', left: 'jsonb', right: 'jsonb', result: 'bool', strict: true, apply: sameJson },
  {
    name: '<>',
    left: 'jsonb',
    right: 'jsonb',
    result: 'bool',
    strict: true,
    apply: (a: string, b: string) => !sameJson(a, b),
  },
  { name: '||', left: 'jsonb', right: 'jsonb', result: 'jsonb', strict: true, apply: concatenatedJson },
  {
    name: '-',
    left: 'jsonb',
    right: 'text',
    result: 'jsonb',
    strict: true,
    apply: (a: string, b: string) => withoutKeys(a, [b]),
  },
  { name: '-', left: 'jsonb', right: 'text[]', result: 'jsonb', strict: true, apply: withoutKeys },
  { name: '-', left: 'jsonb', right: 'int4', result: 'jsonb', strict: true, apply: withoutElement },
];
