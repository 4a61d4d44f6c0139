import type { Value } from '../model/index.ts';
import type { Apply, DeclaredType, OperatorDeclaration, ScalarName, TypeDeclaration } from './registry.ts';

const tests: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** Types whose canonical text is the same exactly when the values are: equality needs no order. */
const equalAsText: ReadonlySet<string> = new Set([
  'text',
  'int2',
  'int4',
  'int8',
  'bool',
  'uuid',
  'date',
  'time',
  'timestamp',
  'timestamptz',
]);

/** varchar has no operators of its own: it uses those of text, and that decides overloads. */
const withoutOwn: ReadonlySet<string> = new Set(['varchar', 'unknown']);

/** The six comparisons for every type that declares an order, and for arrays and enums of such types. */
export function comparisonsOf(types: readonly TypeDeclaration[]): readonly OperatorDeclaration[] {
  const scalars = types.flatMap((type) =>
    type.compare === undefined || withoutOwn.has(type.name)
      ? []
      : Object.entries(tests).map(([name, test]) => comparison(name, type.name, applyFor(type, name, test))),
  );
  return [...scalars, ...generic('anyarray'), ...generic('anyenum')];
}

function comparison(name: string, type: ScalarName, apply: Apply): OperatorDeclaration {
  return { name, left: type, right: type, result: 'bool', strict: true, apply };
}

function applyFor(type: TypeDeclaration, name: string, test: (order: number) => boolean): Apply {
  if (equalAsText.has(type.name) && name === '=') return (a: Value, b: Value) => a === b;
  if (equalAsText.has(type.name) && name === '<>') return (a: Value, b: Value) => a !== b;
  const compare = type.compare as (a: Value, b: Value) => number;
  return (a: Value, b: Value) => test(compare(a, b));
}

function generic(type: DeclaredType): readonly OperatorDeclaration[] {
  return Object.entries(tests).map(([name, test]) => ({
    name,
    left: type,
    right: type,
    result: 'bool',
    strict: true,
    make: ([left], catalog) => {
      const compare = left === undefined ? undefined : catalog.compare(left);
      return (a: Value, b: Value) => test(compare?.(a, b) ?? 0);
    },
  }));
}
