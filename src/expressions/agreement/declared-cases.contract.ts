import type { Draw } from '../../../tests/agreement/draw.ts';
import { catalogParts } from '../catalog-parts.ts';
import type {
  CastDeclaration,
  DeclaredType,
  FunctionDeclaration,
  OperatorDeclaration,
  TypeDeclaration,
  TypeName,
} from '../registry.ts';
import { timeCatalog } from '../time/index.ts';
import type { AgreementCase } from './agreement-case.contract.ts';
import { drawValue } from './awkward-values.contract.ts';
import { specialArguments } from './special-arguments.contract.ts';

/** Everything the catalog declares, each with a maker of cases. */
export interface Subject {
  readonly name: string;
  make(draw: Draw): AgreementCase;
}

export function declaredSubjects(withTimes = false): readonly Subject[] {
  // Times have their own proof in time/agrees-with-postgres.test.ts; what others do with times is proven here.
  const parts = catalogParts.filter((part) => withTimes || part !== timeCatalog);
  return parts.flatMap((part) => [
    ...(part.functions ?? []).map(functionSubject),
    ...(part.operators ?? []).map(operatorSubject),
    ...(part.casts ?? []).map(castSubject),
    ...(part.types ?? []).flatMap(typeSubjects),
  ]);
}

function functionSubject(item: FunctionDeclaration): Subject {
  const name = `${item.name}(${item.arguments.join(', ')}${item.variadic === true ? ' ...' : ''})`;
  return {
    name,
    make: (draw) => {
      const types = concreteTypes(draw, item);
      const fields = drawFields(draw, types, name, item.arguments);
      const names = fields.map((_, at) => `p${at + 1}`);
      const called =
        item.name === 'position'
          ? `pg_catalog."position"`
          : item.name === 'overlay'
            ? 'pg_catalog."overlay"'
            : item.name;
      return { subject: name, expression: `${called}(${names.join(', ')})`, fields };
    },
  };
}

function concreteTypes(draw: Draw, item: FunctionDeclaration): readonly TypeName[] {
  const last = item.arguments.at(-1);
  const more = item.variadic === true && last !== undefined ? draw.many(draw.between(0, 3), () => last) : [];
  return standIns(draw, [...item.arguments, ...more]);
}

const scalars: readonly TypeName[] = [
  'text',
  'int4',
  'numeric',
  'bool',
  'float8',
  'int8',
  'varchar',
  'jsonb',
  'bytea',
  'uuid',
];
const elements: readonly TypeName[] = ['text', 'int4', 'numeric', 'bool', 'float8', 'int8'];

/** Real types for stand-ins: one element type for all of a call. */
function standIns(draw: Draw, declared: readonly DeclaredType[]): readonly TypeName[] {
  const element = draw.of(elements);
  return declared.map((type): TypeName => {
    switch (type) {
      case 'any':
        return draw.chance(0.1) ? 'text[]' : draw.of(scalars);
      case 'anyelement':
      case 'anynonarray':
      case 'anycompatible':
        return draw.chance(0.1) && type === 'anynonarray' ? draw.of(scalars) : element;
      case 'anyarray':
      case 'anycompatiblearray':
        return `${element}[]` as TypeName;
      case 'anyenum':
        return 'text';
      default:
        return type;
    }
  });
}

type Field = AgreementCase['fields'][number];

function drawFields(
  draw: Draw,
  types: readonly TypeName[],
  subject: string,
  declared: readonly DeclaredType[] = types,
): readonly Field[] {
  const fields: Field[] = [];
  for (const [at, type] of types.entries()) {
    const special =
      declared.at(Math.min(at, declared.length - 1)) === 'any' && type !== 'text'
        ? undefined
        : specialArguments(subject, at);
    const before = fields.map(({ value }) => value);
    fields.push({ type, value: special === undefined ? drawValue(draw, type) : special(draw, before) });
  }
  return fields;
}

function operatorSubject(item: OperatorDeclaration): Subject {
  const name = item.left === null ? `${item.name} ${item.right}` : `${item.left} ${item.name} ${item.right}`;
  return {
    name,
    make: (draw) => {
      const types = standIns(draw, item.left === null ? [item.right] : [item.left, item.right]);
      const fields = drawFields(draw, types, name);
      const expression = item.left === null ? `${item.name} p1` : `p1 ${item.name} p2`;
      return { subject: name, expression, fields };
    },
  };
}

function castSubject({ from, to }: CastDeclaration): Subject {
  const name = `${from}::${to}`;
  return {
    name,
    make: (draw) => ({ subject: name, expression: `p1::${to}`, fields: drawFields(draw, [from], name) }),
  };
}

/** Reading a text as the type, printing it, and fitting it into modifiers. */
function typeSubjects({ name }: TypeDeclaration): readonly Subject[] {
  if (name === 'unknown') return [];
  const reads = `text::${name}`;
  const lists = `text::${name}[]`;
  return [
    {
      name: reads,
      make: (draw) => {
        const value = draw.chance(0.75) ? drawValue(draw, name) : drawValue(draw, 'text');
        return {
          subject: reads,
          expression: `p1::${name}`,
          fields: [{ type: 'text', value: spoiled(draw, value) }],
        };
      },
    },
    {
      name: lists,
      make: (draw) => {
        const value = drawValue(draw, `${name}[]` as TypeName);
        return {
          subject: lists,
          expression: `p1::${name}[]`,
          fields: [{ type: 'text', value: spoiled(draw, value) }],
        };
      },
    },
  ];
}

/** Sometimes with white space around, in other case, or with a character too many or too few. */
export function spoiled(draw: Draw, value: string | null): string | null {
  if (value === null || draw.chance(0.6)) return value;
  const characters = Array.from(value);
  const at = draw.between(0, characters.length + 1 - 1);
  switch (draw.between(0, 4)) {
    case 0:
      return ` ${value}\n`;
    case 1:
      return value.toUpperCase();
    case 2:
      return `+${value}`;
    case 3:
      return characters
        .toSpliced(at, 0, draw.of([' ', 'x', '1', '-', '.', '"', '{', '}', ',', 'e', '\\']))
        .join('');
    default:
      return characters.toSpliced(at, 1).join('');
  }
}
