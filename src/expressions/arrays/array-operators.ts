import type { Value } from '../../model/index.ts';
import type { OperatorDeclaration } from '../registry.ts';
import { appended, joined, prepended } from './join-arrays.ts';

export const arrayOperators: readonly OperatorDeclaration[] = [
  {
    name: '||',
    left: 'anycompatiblearray',
    right: 'anycompatible',
    result: 'anycompatiblearray',
    strict: false,
    apply: appended,
  },
  {
    name: '||',
    left: 'anycompatible',
    right: 'anycompatiblearray',
    result: 'anycompatiblearray',
    strict: false,
    apply: prepended,
  },
  {
    name: '||',
    left: 'anycompatiblearray',
    right: 'anycompatiblearray',
    result: 'anycompatiblearray',
    strict: false,
    apply: (a: Value, b: Value) => joined(a, b),
  },
];
