import {
  assignment,
  type CompiledTransform,
  compileExpression,
  compileTransform,
  expressionScope,
  type FieldLookup,
  lookedAt,
  type Program,
  type Scope,
} from '../expressions/index.ts';
import {
  describeFieldType,
  type FieldMapping,
  type FieldType,
  type Finding,
  type FindingPlace,
  findField,
  type GodwitError,
  isGodwitError,
  nearestName,
  type ObjectMapping,
  type Relation,
} from '../model/index.ts';
import type { LookupScope } from './lookup-scope.ts';
import { compileFinding, mappingFinding, meant } from './mapping-finding.ts';
import { copiedField } from './planned-target.ts';
import { type CreationScope, relationToCreate } from './relation-to-create.ts';

/** How one mapped field gets from the source record into its target field. */
export interface CheckedField {
  readonly object: string;
  readonly field: string;
  readonly from: FieldType;
  readonly to: FieldType;
  /** `exact`: every value fits; `checked`: some may not, and are refused; `mapped`: only listed values pass. */
  readonly fit: 'exact' | 'checked' | 'mapped';
  /** When a checked value fits; null otherwise. */
  readonly condition: string | null;
  readonly program: Program;
}

export interface FieldsCheck {
  readonly findings: readonly Finding[];
  readonly fields: readonly CheckedField[];
  /** Source fields that end up in a target record (not those only read by purge rules). */
  readonly reads: ReadonlySet<string>;
  /** Lookups in purge rules. */
  readonly purges: readonly FieldLookup[];
  readonly transform: CompiledTransform | null;
  /** The object cannot be judged further: its `each`, its purge rules or, for a relation to be created, its fields fail. */
  readonly broken: boolean;
}

export type FieldsScope = LookupScope & CreationScope;

/** Compiles an object piece by piece, so that every piece that fails is told, not only the first. */
export function checkFields(
  object: ObjectMapping,
  source: Relation,
  target: Relation | null,
  scope: FieldsScope,
): FieldsCheck {
  const { lookups } = scope;
  const attempt = <Result>(work: () => Result, where?: FindingPlace, text?: string): Attempt<Result> => {
    try {
      return { result: work(), finding: null };
    } catch (error) {
      if (!isGodwitError(error)) throw error;
      return { result: null, finding: explain(object, error, scope, where, text) };
    }
  };
  const frame = attempt(
    () => ({
      purges: compileTransform({ ...object, fields: [] }, source, target ?? source, lookups).lookups,
      inner: expressionScope(object, source, lookups),
    }),
    undefined,
    object.purge.map(({ when }) => when).join('\n'),
  );
  if (frame.result === null) return broken(frame.finding ? [frame.finding] : []);
  const { purges, inner } = frame.result;
  const programs = object.fields.map((field) => ({
    field,
    ...attempt(() => compileExpression(field.from, inner), placeOf(object, field), field.from),
  }));
  const failed = programs.flatMap(({ finding }) => finding ?? []);
  if (target === null && failed.length > 0) return broken(failed);
  const relation = target ?? relationToCreate(object, source, scope).found;
  const findings = [...failed, ...ownFindings(object)];
  const fields: CheckedField[] = [];
  for (const { field, result: program } of programs) {
    if (!program) continue;
    const alone = attempt(
      () => compileTransform({ ...object, purge: [], fields: [field] }, source, relation, lookups),
      placeOf(object, field),
    );
    if (alone.finding) findings.push(withNearest(alone.finding, field, relation));
    else fields.push(checkedField(object, field, program, relation));
  }
  findings.push(
    ...fields.flatMap((field) => [
      ...checkedNote(object, field),
      ...untypedNumbers(object, field, source, relation),
    ]),
  );
  const whole = findings.every(({ severity, waivable }) => severity !== 'block' || waivable);
  return {
    findings,
    fields,
    reads: readBy(object, source, programs, inner),
    purges,
    transform: whole ? compileTransform(object, lookedAt(object, source, lookups), relation, lookups) : null,
    broken: false,
  };
}

interface Attempt<Result> {
  readonly result: Result | null;
  readonly finding: Finding | null;
}

function broken(findings: readonly Finding[]): FieldsCheck {
  return { findings, fields: [], reads: new Set(), purges: [], transform: null, broken: true };
}

function placeOf(object: ObjectMapping, field: FieldMapping): FindingPlace {
  return {
    system: 'target',
    relation: object.target,
    field: field.field,
    ...(field.line === null ? {} : { line: field.line }),
  };
}

/** A lookup of an object that exists but has no single new id is told as that, not as an unknown name. */
function explain(
  object: ObjectMapping,
  error: GodwitError,
  scope: LookupScope,
  where?: FindingPlace,
  text = '',
): Finding {
  for (const [, name = ''] of text.matchAll(/\blookup(?:_or_null)?\s*\(\s*'([^']*)'/gi)) {
    const reason = scope.impossible.get(name);
    if (reason !== undefined)
      return mappingFinding(object, {
        code: 'mapping.lookup-impossible',
        title: `${name} has no new id to look up`,
        detail: `${text}: ${reason}`,
        fix: 'Look up an object that gives one record with a key of one field for each old record.',
        ...(where ? { where } : {}),
      });
  }
  return compileFinding(object, error, where);
}

function withNearest(finding: Finding, field: FieldMapping, target: Relation): Finding {
  if (finding.code !== 'mapping.unknown-target-field') return finding;
  const known = target.fields.filter(({ synthetic }) => !synthetic).map(({ name }) => name);
  return { ...finding, detail: `${finding.detail}.${meant(nearestName(field.field, known))}` };
}

function checkedField(
  object: ObjectMapping,
  field: FieldMapping,
  program: Program,
  target: Relation,
): CheckedField {
  const to = findField(target, field.field)?.type ?? program.type;
  const found = field.values ? null : assignment(program.type, to);
  return {
    object: object.name,
    field: field.field,
    from: program.type,
    to,
    fit: found === null ? 'mapped' : found.kind === 'checked' ? 'checked' : 'exact',
    condition: found?.kind === 'checked' ? found.condition : null,
    program,
  };
}

function checkedNote(object: ObjectMapping, field: CheckedField): readonly Finding[] {
  // Between fields of one type only damaged values fail: the fit tells them, a note for each field would hide the others.
  if (field.condition === null || describeFieldType(field.from) === describeFieldType(field.to)) return [];
  const mapped = object.fields.find((one) => one.field === field.field);
  return [
    mappingFinding(object, {
      code: 'mapping.checked-assignment',
      severity: 'note',
      title: `Not every value may fit ${object.target}.${field.field}`,
      detail: `${describeFieldType(field.from)} to ${describeFieldType(field.to)}: fits when ${field.condition}`,
      fix: 'Run `godwit map check`: it tries every record and says how many do not fit. Nothing is cut or rounded.',
      ...(mapped ? { where: placeOf(object, mapped) } : {}),
    }),
  ];
}

const numeric: ReadonlySet<FieldType['kind']> = new Set(['any', 'integer', 'decimal', 'float']);

/** A column without any type keeps what it is given, and a number is given as its text: `v = 2` no longer finds it. */
function untypedNumbers(
  object: ObjectMapping,
  field: CheckedField,
  source: Relation,
  target: Relation,
): readonly Finding[] {
  const to = findField(target, field.field);
  const mapped = object.fields.find((one) => one.field === field.field);
  const bare = to?.type.kind === 'any' && /^(?:any)?$/i.test(to.native);
  // A cast of what has no type to text is nothing but somebody's word that it is text.
  const copied = copiedField(mapped?.from.trim() ?? '', source) !== undefined;
  if (!bare || !numeric.has(field.from.kind) || (field.from.kind === 'any' && !copied) || mapped?.values)
    return [];
  return [
    mappingFinding(object, {
      code: 'mapping.untyped-numbers',
      title: `Numbers would become texts in ${object.target}.${field.field}, which has no type`,
      detail: `${mapped?.from}: ${describeFieldType(field.from)} to a field that takes anything`,
      fix: 'Give the target field a type; where it is created from this mapping, by a cast: x::bigint, x::numeric, x::text.',
      waivable: true,
      ...(mapped ? { where: placeOf(object, mapped) } : {}),
    }),
  ];
}

/** What is wrong with an object's own words, whatever the systems hold. */
function ownFindings(object: ObjectMapping): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [at, rule] of object.purge.entries())
    if (rule.reason.trim() === '')
      findings.push(emptyReason(object, `purge rule ${at + 1} (${rule.when})`, `purge ${at + 1}`));
  const seen = new Set<string>();
  for (const field of object.fields) {
    if (seen.has(field.field))
      findings.push(
        mappingFinding(object, {
          code: 'mapping.duplicate-field',
          title: `${field.field} is mapped twice`,
          detail: `the second time from ${field.from}`,
          fix: 'Remove one of the two.',
          where: placeOf(object, field),
        }),
      );
    seen.add(field.field);
    if (field.values?.size === 0)
      findings.push(
        mappingFinding(object, {
          code: 'mapping.values-empty',
          title: `The value map of ${field.field} is empty`,
          detail: 'every record would be refused',
          fix: 'List old and new values, or remove `values`.',
          where: placeOf(object, field),
        }),
      );
  }
  return findings;
}

export function emptyReason(object: ObjectMapping | null, what: string, field: string): Finding {
  return mappingFinding(object, {
    code: 'mapping.empty-reason',
    title: 'Something stays behind without a reason',
    detail: what,
    fix: 'Write why, in words the owner of the data would accept: the reason becomes part of the record.',
    where: { field },
  });
}

/** An expression that does not compile still names fields: they are accounted for as soon as it is mended. */
function readBy(
  object: ObjectMapping,
  source: Relation,
  programs: readonly { readonly field: FieldMapping; readonly result: Program | null }[],
  scope: Scope,
): ReadonlySet<string> {
  const reads = new Set<string>();
  for (const { field, result } of programs)
    if (result) for (const name of result.reads) reads.add(name);
    else for (const { name } of source.fields) if (field.from.includes(name)) reads.add(name);
  if (object.each)
    for (const name of compileExpression(object.each.in, { ...scope, fields: source.fields }).reads)
      reads.add(name);
  return reads;
}
