import type { Value } from '../model/index.ts';

/**
 * How the mapping language says what it can do: types, functions, operators and casts are data, collected in `catalog.ts`.
 *
 * Convention of values (see also `model/value.ts`): a value inside an expression is exactly the canonical `Value` of its
 * type, so nothing is converted at the edges. Integers, decimals and floats are their text; times are their canonical text
 * (session: DateStyle ISO, TimeZone UTC, IntervalStyle postgres); json and jsonb are text as PostgreSQL prints it; arrays
 * are arrays, nested for more dimensions, lower bound always 1.
 *
 * Invariants: 1. `apply` is pure and keeps nothing of its arguments. 2. a strict declaration never sees null.
 * 3. a value that cannot be computed is thrown with `valueFault(sqlstate, ...)` of `faults.ts`, nothing else is thrown.
 * 4. types are named as PostgreSQL's catalog names them (`int4`, `timestamptz`), arrays with `[]` behind.
 */
export interface CatalogPart {
  readonly types?: readonly TypeDeclaration[];
  readonly functions?: readonly FunctionDeclaration[];
  readonly operators?: readonly OperatorDeclaration[];
  readonly casts?: readonly CastDeclaration[];
}

export type ScalarName =
  | 'bool'
  | 'int2'
  | 'int4'
  | 'int8'
  | 'numeric'
  | 'float4'
  | 'float8'
  | 'text'
  | 'varchar'
  | 'bpchar'
  | 'bytea'
  | 'date'
  | 'time'
  | 'timetz'
  | 'timestamp'
  | 'timestamptz'
  | 'interval'
  | 'uuid'
  | 'json'
  | 'jsonb'
  /** A literal or null whose type its surroundings decide. */
  | 'unknown'
  | `enum:${string}`
  | `native:${string}`;

export type TypeName = ScalarName | `${ScalarName}[]`;

/** Stand-ins in declarations: same type everywhere (`anyelement` ...), common type (`anycompatible` ...), whatever (`any`). */
export type DeclaredType =
  | TypeName
  | 'anyelement'
  | 'anynonarray'
  | 'anyenum'
  | 'anyarray'
  | 'anycompatible'
  | 'anycompatiblearray'
  | 'any';

/**
 * The code behind a declaration: positional arguments, already of the declared types. The parameter types are the writer's
 * own (`(text: string, count: string) => ...`); the checker guarantees them.
 */
export type Apply = (...values: never[]) => Value;

export interface TypeDeclaration {
  readonly name: ScalarName;
  /** PostgreSQL's `typcategory`: it decides overloads. */
  readonly category: 'B' | 'N' | 'S' | 'D' | 'T' | 'U' | 'E' | 'X';
  readonly preferred: boolean;
  /** The type's input function: reads a literal or a text; throws `22P02`, `22007`, ... `modifiers` only for interval. */
  readonly input: (text: string, modifiers: readonly number[]) => Value;
  /** The type's output function; left out when the canonical value is that text already. */
  readonly output?: (value: never) => string;
  /** Applies `numeric(10,2)`, `varchar(5)`, `timestamp(3)` as an explicit cast does. */
  readonly modify?: (value: never, modifiers: readonly number[]) => Value;
  /** Throws when the modifiers themselves make no sense (`numeric(0)`): called once, when compiling. */
  readonly checkModifiers?: (modifiers: readonly number[]) => void;
  /** Order of two values, negative, 0 or positive; left out for types without a default order (json). */
  readonly compare?: (a: never, b: never) => number;
}

export interface FunctionDeclaration {
  readonly name: string;
  readonly arguments: readonly DeclaredType[];
  /** The last argument may be repeated (once or more; `any` for `concat`). */
  readonly variadic?: boolean;
  readonly result: DeclaredType;
  /** A null argument gives null without a call. */
  readonly strict: boolean;
  readonly apply?: Apply;
  /** Instead of `apply`, when the code depends on the actual types or keeps a cache of its own for one place in one text. */
  readonly make?: (types: readonly TypeName[], catalog: TypeLookup) => Apply;
  /**
   * Called once, when compiling, with the values of constant arguments (undefined for the others): what it throws is shown
   * with line and column. For patterns, formats, zones.
   */
  readonly checkConstants?: (constants: readonly (Value | undefined)[]) => void;
  /** One line for the documentation. */
  readonly summary: string;
  /** Expression and its result as text (null for NULL); the documentation prints it and a test runs it. */
  readonly example: readonly [expression: string, result: string | null];
}

export interface OperatorDeclaration {
  readonly name: string;
  /** null for an operator in front of its only argument. */
  readonly left: DeclaredType | null;
  readonly right: DeclaredType;
  readonly result: DeclaredType;
  readonly strict: boolean;
  readonly apply?: Apply;
  readonly make?: (types: readonly TypeName[], catalog: TypeLookup) => Apply;
  readonly checkConstants?: (constants: readonly (Value | undefined)[]) => void;
}

/** `implicit` casts take part in choosing overloads; `explicit` ones need `::`; all are strict. */
export interface CastDeclaration {
  readonly from: ScalarName;
  readonly to: ScalarName;
  readonly context: 'implicit' | 'assignment' | 'explicit';
  readonly apply: (value: never) => Value;
}

/** What code that depends on types may ask: input, output and order of any type in reach, enums included. */
export interface TypeLookup {
  output(type: TypeName): (value: Value) => string;
  input(type: TypeName): (text: string) => Value;
  /** undefined for a type without a default order. */
  compare(type: TypeName): ((a: Value, b: Value) => number) | undefined;
}

/** The cast between types with the same canonical values; the compiler leaves it out. */
export function unchanged(value: Value): Value {
  return value;
}
