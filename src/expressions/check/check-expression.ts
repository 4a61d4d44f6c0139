import type { Node as RawNode } from 'libpg-query';
import type { FieldType } from '../../model/index.ts';
import { Catalog } from '../catalog.ts';
import type { ParsedExpression } from '../grammar.ts';
import type { TypedNode } from '../nodes/index.ts';
import type { Scope } from '../program.ts';
import { expressionLimits } from '../refuse-oversized.ts';
import { checkArray, checkSubscript } from './check-array.ts';
import { checkCall } from './check-call.ts';
import { checkCast } from './check-cast.ts';
import { checkCase, checkCoalesce, checkExtreme } from './check-choice.ts';
import { checkConstant } from './check-constant.ts';
import { checkField } from './check-field.ts';
import { checkBooleanTest, checkLogic, checkNullTest } from './check-logic.ts';
import { checkOperation } from './check-operation.ts';
import { type Checker, fault, notAllowed } from './checker.ts';

/** Resolves every name and type of a parsed expression; throws `expression.*` or, for a literal, `value.*` with its place. */
export function checkExpression(text: string, parsed: ParsedExpression, scope: Scope): TypedNode {
  let depth = 0;
  const checker: Checker = {
    catalog: catalogOf(scope),
    scope,
    text,
    place: (location) => parsed.place(location),
    name: (name, location) => parsed.name(name, location),
    check: (raw) => {
      depth += 1;
      if (depth > expressionLimits.depthMax) throw tooDeep(checker);
      const node = dispatch(checker, raw);
      depth -= 1;
      return node;
    },
  };
  return checker.check(parsed.root);
}

function tooDeep(checker: Checker): Error {
  const detail = `more than ${expressionLimits.depthMax} operations inside one another`;
  return fault(
    checker,
    'expression.too-large',
    undefined,
    detail,
    'Use concat(), in, or a values map instead of a long chain.',
  );
}

function dispatch(checker: Checker, raw: RawNode): TypedNode {
  if ('A_Const' in raw) return checkConstant(checker, raw.A_Const);
  if ('ColumnRef' in raw) return checkField(checker, raw.ColumnRef);
  if ('A_Expr' in raw) return checkOperation(checker, raw.A_Expr);
  if ('FuncCall' in raw) return checkCall(checker, raw.FuncCall);
  if ('TypeCast' in raw) return checkCast(checker, raw.TypeCast);
  if ('CaseExpr' in raw) return checkCase(checker, raw.CaseExpr);
  if ('CoalesceExpr' in raw) return checkCoalesce(checker, raw.CoalesceExpr);
  if ('MinMaxExpr' in raw) return checkExtreme(checker, raw.MinMaxExpr);
  if ('BoolExpr' in raw) return checkLogic(checker, raw.BoolExpr);
  if ('NullTest' in raw) return checkNullTest(checker, raw.NullTest);
  if ('BooleanTest' in raw) return checkBooleanTest(checker, raw.BooleanTest);
  if ('A_ArrayExpr' in raw) return checkArray(checker, raw.A_ArrayExpr, null);
  if ('A_Indirection' in raw) return checkSubscript(checker, raw.A_Indirection);
  throw refused(checker, raw);
}

/** Parts of PostgreSQL's expressions that are left out, in words. */
const leftOut: Readonly<Record<string, string>> = {
  SubLink: 'a subquery: an expression sees one record',
  ParamRef: 'a parameter like $1',
  RowExpr: 'a row or a list of expressions: write exactly one',
  SQLValueFunction: 'a value that is not the same every time (current_date, current_user, ...)',
  CollateClause: 'collate: texts are always compared in the collation C',
  GroupingFunc: 'grouping(): an expression sees one record',
  XmlExpr: 'XML',
  XmlSerialize: 'XML',
  JsonFuncExpr: 'SQL/JSON functions: use ->, ->>, #>, #>>',
  JsonObjectConstructor: 'json_object(): use jsonb_build_object()',
  JsonArrayConstructor: 'json_array(): use jsonb_build_array()',
  JsonIsPredicate: 'is json',
  NamedArgExpr: 'named arguments',
};

function refused(checker: Checker, raw: RawNode): Error {
  const [kind = '', fields = {}] = Object.entries(raw)[0] ?? [];
  const location = (fields as { location?: number }).location;
  return notAllowed(checker, location, leftOut[kind] ?? `this form (${kind})`);
}

const catalogs = new WeakMap<Scope['fields'], WeakMap<Scope['lookups'], Catalog>>();

/** All expressions over the same fields and lookups find the same names. */
function catalogOf({ fields, lookups }: Scope): Catalog {
  const among = catalogs.get(fields) ?? new WeakMap<Scope['lookups'], Catalog>();
  catalogs.set(fields, among);
  const catalog = among.get(lookups) ?? new Catalog(enumsOf({ fields, lookups }));
  among.set(lookups, catalog);
  return catalog;
}

function enumsOf(scope: Pick<Scope, 'fields' | 'lookups'>): ReadonlyMap<string, readonly string[]> {
  const enums = new Map<string, readonly string[]>();
  const visit = (type: FieldType): void => {
    if (type.kind === 'enum') enums.set(type.name, type.labels);
    if (type.kind === 'list') visit(type.of);
  };
  for (const field of scope.fields) visit(field.type);
  for (const { key, id } of scope.lookups.values()) for (const type of [...key, id]) visit(type);
  return enums;
}
