import type { Value } from '../model/index.ts';
import { elementOf } from './array-types.ts';
import { arrayOutput, compareArrays, readArray } from './arrays/array-text.ts';
import { catalogParts } from './catalog-parts.ts';
import { valueFault } from './faults.ts';
import type {
  CastDeclaration,
  CatalogPart,
  FunctionDeclaration,
  OperatorDeclaration,
  ScalarName,
  TypeDeclaration,
  TypeLookup,
  TypeName,
} from './registry.ts';

/** Everything the language knows, found by name; with the enums of one scope. */
export class Catalog implements TypeLookup {
  readonly #types: ReadonlyMap<string, TypeDeclaration>;

  constructor(enums: ReadonlyMap<string, readonly string[]>) {
    this.#types = new Map([...baseTypes, ...[...enums].map(([name, labels]) => enumType(name, labels))]);
  }

  functions(name: string): readonly FunctionDeclaration[] {
    return functionsByName.get(name) ?? [];
  }

  functionNames(): readonly string[] {
    return [...functionsByName.keys()];
  }

  operators(name: string): readonly OperatorDeclaration[] {
    return operatorsByName.get(name) ?? [];
  }

  cast(from: TypeName, to: TypeName): CastDeclaration | undefined {
    return castsByTypes.get(`${from}>${to}`);
  }

  /** undefined for arrays and for names nobody declared. */
  scalar(name: string): TypeDeclaration | undefined {
    return this.#types.get(name) ?? (name.startsWith('native:') ? nativeType(name) : undefined);
  }

  category(type: string): string {
    if (elementOf(type) !== undefined) return 'A';
    return this.scalar(type)?.category ?? 'P';
  }

  preferred(type: string): boolean {
    return this.scalar(type)?.preferred ?? false;
  }

  output(type: TypeName): (value: Value) => string {
    const element = elementOf(type);
    if (element !== undefined) return arrayOutput(this.output(element));
    return (this.scalar(type)?.output as ((value: Value) => string) | undefined) ?? asItIs;
  }

  input(type: TypeName): (text: string) => Value {
    const element = elementOf(type);
    if (element !== undefined) {
      const read = this.input(element);
      return (text) => readArray(text, read);
    }
    const declared = this.scalar(type);
    return (text) => declared?.input(text, []) ?? null;
  }

  compare(type: TypeName): ((a: Value, b: Value) => number) | undefined {
    const element = elementOf(type);
    if (element === undefined)
      return this.scalar(type)?.compare as ((a: Value, b: Value) => number) | undefined;
    const compare = this.compare(element);
    return compare && ((a, b) => compareArrays(a, b, compare));
  }
}

function asItIs(value: Value): string {
  return value as string;
}

function enumType(name: string, labels: readonly string[]): readonly [string, TypeDeclaration] {
  const places = new Map(labels.map((label, place) => [label, place]));
  const declared: TypeDeclaration = {
    name: `enum:${name}`,
    category: 'E',
    preferred: false,
    input: (text) => {
      if (!places.has(text)) throw valueFault('22P02', `a text is none of the labels of ${name}`);
      return text;
    },
    compare: (a: string, b: string) => (places.get(a) ?? 0) - (places.get(b) ?? 0),
  };
  return [declared.name, declared];
}

function nativeType(name: string): TypeDeclaration {
  return {
    name: name as ScalarName,
    category: 'U',
    preferred: false,
    input: () => {
      throw valueFault('0A000', `a text cannot be read as ${name.slice('native:'.length)} here`);
    },
  };
}

const unknownType: TypeDeclaration = {
  name: 'unknown',
  category: 'X',
  preferred: false,
  input: (text) => text,
};

function grouped<Item extends { readonly name: string }>(
  items: readonly Item[],
): ReadonlyMap<string, readonly Item[]> {
  return Map.groupBy(items, ({ name }) => name);
}

function collected<Kind extends keyof CatalogPart>(kind: Kind): NonNullable<CatalogPart[Kind]>[number][] {
  return catalogParts.flatMap((part) => [...(part[kind] ?? [])]);
}

const baseTypes: readonly (readonly [string, TypeDeclaration])[] = [unknownType, ...collected('types')].map(
  (type) => [type.name, type] as const,
);
const functionsByName = grouped(collected('functions'));
const operatorsByName = grouped(collected('operators'));
const castsByTypes: ReadonlyMap<string, CastDeclaration> = new Map(
  collected('casts').map((cast) => [`${cast.from}>${cast.to}`, cast]),
);
