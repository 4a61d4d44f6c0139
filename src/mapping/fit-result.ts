import {
  describeFieldType,
  type Finding,
  findField,
  type ObjectMapping,
  type Relation,
} from '../model/index.ts';
import type { DuplicateCheck } from './duplicate-check.ts';
import type { FitTally, RefusalTally } from './fit-tally.ts';
import { fitWords, whatOf } from './fit-words.ts';

/** What a fit check found in one object. Counts are exact; `complete` says whether every unmatched value is listed. */
export interface FitResult {
  readonly object: string;
  /** Records read as records; bad ones are beside them. */
  readonly rowsRead: string;
  readonly rowsBad: string;
  readonly rowsFit: string;
  readonly rowsRejected: string;
  readonly rowsPurged: string;
  /** Target records they would become. */
  readonly recordsOut: string;
  /** By field that names records: how many characters its texts have, on average of all records, rounded up. */
  readonly characters: ReadonlyMap<string, number>;
  readonly purged: readonly { readonly rule: number; readonly reason: string; readonly records: string }[];
  readonly unmatched: readonly UnmatchedValues[];
  readonly findings: readonly Finding[];
}

export interface UnmatchedValues {
  readonly field: string;
  /** Most frequent first. */
  readonly values: readonly { readonly value: string; readonly count: string }[];
  readonly complete: boolean;
}

export interface FitEvidence {
  readonly object: ObjectMapping;
  readonly source: Relation;
  readonly target: Relation;
  readonly tally: FitTally;
  readonly duplicates: readonly DuplicateCheck[];
}

export function fitResult(evidence: FitEvidence): FitResult {
  const { object, tally } = evidence;
  const purged = Array.from(tally.purges, ([rule, { reason, count }]) => ({
    rule,
    reason,
    records: String(count),
  }));
  return {
    object: object.name,
    rowsRead: String(tally.rowsRead),
    rowsBad: String(tally.rowsBad),
    rowsFit: String(tally.rowsFit),
    rowsRejected: String(tally.rowsRejected),
    rowsPurged: String(tally.rowsRead - tally.rowsFit - tally.rowsRejected),
    recordsOut: String(tally.recordsOut),
    characters: new Map(
      Array.from(tally.characters, ([field, all]) => [field, Math.ceil(all / Math.max(1, tally.recordsOut))]),
    ),
    purged: purged.sort((a, b) => a.rule - b.rule),
    unmatched: unmatchedValues(tally),
    findings: fitFindings(evidence),
  };
}

function unmatchedValues(tally: FitTally): readonly UnmatchedValues[] {
  return Array.from(tally.unmatched, ([field, { values, complete }]) => ({
    field,
    values: Array.from(values)
      .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
      .map(([value, count]) => ({ value, count: String(count) })),
    complete,
  }));
}

/** One finding for each field and code, in the order of the mapping's fields, then duplicates. */
function fitFindings(evidence: FitEvidence): readonly Finding[] {
  const order = new Map(evidence.object.fields.map(({ field }, at) => [field, at]));
  const place = ({ field }: RefusalTally): number => (field === null ? -1 : (order.get(field) ?? -1));
  const merged = mergeByFinding([...evidence.tally.refusals.values()]);
  return [
    ...merged.sort((a, b) => place(a[0]) - place(b[0])).map((tallies) => refusalFinding(evidence, tallies)),
    ...evidence.duplicates.flatMap((check) => duplicateFindings(evidence, check)),
  ];
}

type Merged = readonly [RefusalTally, ...RefusalTally[]];

/** Codes without a finding of their own share `fit.rejected`: one finding names one code on one field. */
function mergeByFinding(tallies: readonly RefusalTally[]): Merged[] {
  const merged = new Map<string, [RefusalTally, ...RefusalTally[]]>();
  for (const tally of tallies) {
    const name = `${fitWords(tally.code).code}|${tally.field ?? ''}`;
    const found = merged.get(name);
    if (found) found.push(tally);
    else merged.set(name, [tally]);
  }
  return [...merged.values()];
}

function refusalFinding(evidence: FitEvidence, tallies: Merged): Finding {
  const { object, source, target } = evidence;
  const [{ code, field }] = tallies;
  const count = tallies.reduce((sum, tally) => sum + tally.count, 0);
  const mapped = object.fields.find((one) => one.field === field);
  const type = field === null ? undefined : findField(target, field)?.type;
  const words = fitWords(code);
  const blocksForGood = words.code === 'fit.unmatched-value' && mapped?.unmatched !== 'quarantine';
  const byCode =
    tallies.length > 1 ? ` (${tallies.map((one) => `${one.code} ${one.count}`).join(', ')})` : '';
  const reasons = tallies.flatMap((one) => [...one.reasons]).join('; ');
  return {
    code: words.code,
    severity: words.severity,
    title: `${count} ${count === 1 ? 'record' : 'records'} of ${source.name} ${whatOf(words, count)}${field === null ? '' : ` ${target.name}.${field}`}`,
    detail: `${mapped ? `${mapped.from} -> ` : ''}${field ?? object.name}${type ? `, ${describeFieldType(type)}` : ''}: ${code}${byCode}${reasons === '' ? '' : `: ${reasons}`}`,
    where: {
      object: object.name,
      system: field === null ? 'source' : 'target',
      relation: field === null ? source.name : target.name,
      ...(field === null ? {} : { field }),
      ...(object.file === null ? {} : { file: object.file }),
      ...(mapped?.line ? { line: mapped.line } : {}),
    },
    records: String(count),
    examples: tallies.flatMap(({ examples }) => examples),
    fix: words.fix,
    waivable: !blocksForGood,
  };
}

function duplicateFindings(evidence: FitEvidence, check: DuplicateCheck): readonly Finding[] {
  const { object, target, source } = evidence;
  const fields = check.fields.join(', ');
  const where: Finding['where'] = {
    object: object.name,
    system: 'target',
    relation: target.name,
    field: fields,
    ...(object.file === null ? {} : { file: object.file }),
  };
  const found: Finding[] = [];
  if (check.duplicates > 0 && check.upserts)
    found.push({
      code: 'fit.overwritten',
      severity: 'block',
      title: `${check.duplicates} ${check.duplicates === 1 ? 'record' : 'records'} of ${source.name} would overwrite an earlier one of ${source.name} with the same ${target.name}(${fields})`,
      detail: `${object.name} upserts: of all records with one ${fields} the last one stays`,
      where,
      records: String(check.duplicates),
      examples: check.examples,
      fix: 'Purge all but one with a reason, make the key distinguish them, or decide that the last one stays.',
      waivable: true,
    });
  else if (check.duplicates > 0)
    found.push({
      code: 'fit.duplicate-key',
      severity: 'block',
      title: `${check.duplicates} ${check.duplicates === 1 ? 'record' : 'records'} of ${source.name} would repeat ${target.name}(${fields})`,
      detail: `counted are the records after the first with the same ${fields}${object.mode === 'append' ? `, and those whose ${fields} is in ${target.name} already` : ''}`,
      where,
      records: String(check.duplicates),
      examples: check.examples,
      fix: 'Purge the duplicates with a reason, make the key distinguish them, or decide that they are quarantined.',
      waivable: true,
    });
  if (check.uncounted > 0)
    found.push({
      code: 'fit.keys-not-counted',
      severity: 'warn',
      title: `Not every key of ${target.name}(${fields}) was checked for duplicates`,
      detail: `${check.uncounted} keys came after the memory set aside for them was full`,
      where,
      records: String(check.uncounted),
      examples: [],
      fix: 'Raise the limit of remembered keys (32 bytes each) and check again; the target refuses duplicates in any case.',
      waivable: true,
    });
  return found;
}
