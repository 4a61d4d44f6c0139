import { elementOf } from '../array-types.ts';
import {
  type CallNode,
  type CaseNode,
  type ConstantNode,
  distinguish,
  type FieldNode,
  type LogicNode,
  type QuantifiedNode,
  type SubjectNode,
  type TypedNode,
} from '../nodes/index.ts';
import type { TypeName } from '../registry.ts';
import { isComparableThere, isFunctionThere, isOperatorThere } from './pushable-calls.ts';
import { byBytes, failure, isTextual, quotedName, quotedText, typeThere, unwritable } from './sql-text.ts';
import { writeCast } from './write-cast.ts';
import { writeFolded } from './write-folded.ts';

/**
 * A checked expression as SQL over the source's own fields.
 *
 * Invariants: 1. where it gives a value, the closure gives the same one; where the closure fails, it fails. It may fail where
 * the closure does not. 2. every operator, function and type is named with its schema, every part has its type written to it:
 * nothing is left to settings, to the search path or to rules of overloading. 3. texts are compared by bytes.
 */
export function writeNode(root: TypedNode): string {
  return new NodeWriter().write(root);
}

class NodeWriter {
  readonly #subjects = new Map<symbol, TypedNode>();

  /** In parentheses or a call, of exactly the node's type. */
  write(typed: TypedNode): string {
    const node = distinguish(typed);
    if (node.kind === 'constant') return writeConstant(node);
    if (node.kind === 'field') return writeField(node);
    const sql = `(${this.#operation(typed)})::${typeThere(node.type)}`;
    const inner = node.kind === 'call' && !node.arguments.some(({ type }) => isTextual(type));
    return isTextual(node.type) && inner ? byBytes(sql) : sql;
  }

  #operation(typed: TypedNode): string {
    const node = distinguish(typed);
    const all = (parts: readonly TypedNode[]): string => parts.map((part) => this.write(part)).join(', ');
    switch (node.kind) {
      case 'call':
        return this.#call(node);
      case 'coalesce':
        return `COALESCE(${all(node.arguments)})`;
      case 'case':
        return this.#case(node);
      case 'subject':
        return this.#subject(node);
      case 'nullif':
        compared(node.value, node.other);
        return `NULLIF(${all([node.value, node.other])})`;
      case 'logic':
        return this.#logic(node);
      case 'not':
        return `NOT ${this.write(node.argument)}`;
      case 'null-test':
        return `${this.#present(node.argument)} IS ${node.negated ? 'NOT ' : ''}NULL`;
      case 'boolean-test':
        return `${this.write(node.argument)} IS ${node.negated ? 'NOT ' : ''}${truthOf(node.expected)}`;
      case 'distinct':
        compared(node.left, node.right);
        return `${this.write(node.left)} IS ${node.negated ? 'NOT ' : ''}DISTINCT FROM ${this.write(node.right)}`;
      case 'extreme':
        if (!isComparableThere(node.type)) unwritable(`${node.wanted}() of ${node.type} is computed here`);
        return `${node.wanted.toUpperCase()}(${all(node.arguments)})`;
      case 'quantified':
        return this.#quantified(node);
      case 'lookup':
        return unwritable('lookup() asks for new ids');
      case 'mask':
        return unwritable("mask() needs the project's key");
      default:
        return unwritable('lists are computed here');
    }
  }

  #call(node: CallNode): string {
    const [first] = node.arguments;
    const types = node.arguments.map(({ type }) => type);
    // By the call's name: its type may have been widened since.
    const [, conversion, to, modifiers] = /^(cast to|fit) ([^(]+)(?:\(([-\d,]+)\))?$/.exec(node.name) ?? [];
    if (first !== undefined && conversion === 'cast to')
      return writeCast(this.write(first), first.type, to as TypeName, first.kind === 'field');
    if (first !== undefined && conversion === 'fit') return this.#fit(first, to as TypeName, modifiers ?? '');
    const values = node.arguments.map((argument) => this.write(argument));
    if (/^\w/.test(node.name)) return this.#function(node.name, types, values);
    if (!isOperatorThere(node.name, types))
      return unwritable(`${node.name} of ${types.join(' and ')} is computed here`);
    return `${values.slice(0, -1).join('')} OPERATOR(pg_catalog.${node.name}) ${values.at(-1)}`;
  }

  #function(name: string, types: readonly TypedNode['type'][], values: readonly string[]): string {
    if (name === 'lower' || name === 'upper') return writeFolded(name, values.join(''));
    if (!isFunctionThere(name, types)) return unwritable(`${name}() is computed here`);
    const called = `pg_catalog.${quotedName(name)}(${values.join(', ')})`;
    const [, moment = ''] = values;
    // Of an infinite moment version 15 takes any unit.
    return name === 'date_trunc'
      ? `CASE WHEN pg_catalog.isfinite(${moment}) THEN ${called} ELSE ${failure(`${moment}::pg_catalog.text`, types[1] ?? 'text')} END`
      : called;
  }

  /** Of a field of any type the server knows whether it is null; only of composite ones it means something else by that. */
  #present(typed: TypedNode): string {
    const node = distinguish(typed);
    return node.kind === 'field' && !node.type.startsWith('native:') ? fieldName(node) : this.write(node);
  }

  #fit(value: TypedNode, to: TypeName, modifiers: string): string {
    if (to === 'bpchar' || elementOf(to) !== undefined) return unwritable(`fitting ${to} is computed here`);
    return `${this.write(value)}::${typeThere(to)}(${modifiers})`;
  }

  #case({ subject, branches, otherwise }: CaseNode): string {
    if (subject !== null) this.#subjects.set(subject.name.identity, subject.value);
    const cases = branches.map(
      ({ condition, result }) => `WHEN ${this.write(condition)} THEN ${this.write(result)}`,
    );
    return `CASE ${cases.join(' ')} ELSE ${this.write(otherwise)} END`;
  }

  /** What is compared is written anew in every branch: it has no side effect, so it is the same value each time. */
  #subject({ identity, type }: SubjectNode): string {
    const value = this.#subjects.get(identity);
    if (value === undefined) throw new RangeError('a case compares a value that is not its own');
    return `${this.write(value)}::${typeThere(type)}`;
  }

  /** A constant among the parts would let a planner leave out others that fail. */
  #logic({ operator, arguments: parts }: LogicNode): string {
    if (parts.some(({ kind }) => kind === 'constant'))
      return unwritable(`${operator} with a constant is computed here`);
    return parts.map((part) => this.write(part)).join(` ${operator.toUpperCase()} `);
  }

  #quantified({ value, list, operator, quantifier }: QuantifiedNode): string {
    const element = (elementOf(list.type) ?? 'unknown') as TypeName;
    if (!isOperatorThere(operator, [value.type, element]))
      return unwritable(`${operator} of ${value.type} is computed here`);
    const elements = this.#elements(list, element).join(', ');
    return `${this.write(value)} OPERATOR(pg_catalog.${operator}) ${quantifier.toUpperCase()} (ARRAY[${elements}]::${typeThere(list.type)})`;
  }

  /** Only of lists that are written out, also when each of their elements is cast. */
  #elements(list: TypedNode, element: TypeName): readonly string[] {
    const own = distinguish(list);
    const cast = own.kind === 'call' && own.name === `cast to ${element}[]` ? own.arguments[0] : undefined;
    const array = distinguish(cast ?? own);
    if (array.kind !== 'array' || array.nested) return unwritable('lists are computed here');
    return array.elements.map((one) =>
      one.type === element ? this.write(one) : writeCast(this.write(one), one.type, element),
    );
  }
}

function writeConstant({ type, value }: ConstantNode): string {
  const name = type === 'unknown' ? 'pg_catalog.text' : typeThere(type);
  if (value === null) return `NULL::${name}`;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value !== 'string') return unwritable('lists are computed here');
  const sql = `${quotedText(value)}::${name}`;
  return isTextual(type) || type === 'unknown' ? byBytes(sql) : `(${sql})`;
}

/** An enum's value is its label: nothing but its text is asked for there. */
function writeField(node: FieldNode): string {
  if (node.type.startsWith('enum:')) return byBytes(`${fieldName(node)}::pg_catalog.text`);
  const sql = `${fieldName(node)}::${typeThere(node.type)}`;
  if (node.type === 'jsonb') return shallow(sql);
  return isTextual(node.type) ? byBytes(sql) : `(${sql})`;
}

/** Deeper documents than 1,000 levels are refused here: those with so many brackets, of which each level takes two. */
function shallow(sql: string): string {
  const text = byBytes(`${sql}::pg_catalog.text`);
  const opening = `pg_catalog.octet_length(${text}) OPERATOR(pg_catalog.-) pg_catalog.octet_length(pg_catalog.translate(${text}, '[{', ''))`;
  const fits = `pg_catalog.octet_length(${text}) OPERATOR(pg_catalog.<=) 2000 OR ${opening} OPERATOR(pg_catalog.<=) 1000`;
  return `(CASE WHEN ${fits} THEN ${sql} ELSE ${failure(text, 'jsonb')} END)`;
}

function fieldName({ name }: FieldNode): string {
  if (name.startsWith('#')) return unwritable('it reads the place of a record');
  return quotedName(name);
}

const truths = new Map([
  [true, 'TRUE'],
  [false, 'FALSE'],
]);

function truthOf(expected: boolean | null): string {
  return expected === null ? 'UNKNOWN' : (truths.get(expected) ?? '');
}

function compared(left: TypedNode, right: TypedNode): void {
  if (left.type !== right.type || !isComparableThere(left.type))
    unwritable(`comparing ${left.type} with ${right.type} is computed here`);
  if (left.kind === 'constant' || right.kind === 'constant') {
    const constant = distinguish(left.kind === 'constant' ? left : right);
    if (constant.kind === 'constant' && constant.value === null)
      unwritable('a comparison with null is computed here');
  }
}
