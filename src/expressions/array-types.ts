import type { ScalarName, TypeName } from './registry.ts';

/** The type of an array's elements, or undefined for a scalar. */
export function elementOf(type: string): ScalarName | undefined {
  return type.endsWith('[]') ? (type.slice(0, -2) as ScalarName) : undefined;
}

/** The array of a type; an array itself, as more dimensions are no other type. */
export function arrayOf(type: TypeName): TypeName {
  return elementOf(type) === undefined ? (`${type}[]` as TypeName) : type;
}
