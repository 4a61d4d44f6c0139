import type { Difference, RelationAudit, RelationCheck } from '../../audit/index.ts';
import type { Value } from '../../model/index.ts';
import { type AuditReport, maskAudit } from '../audit-report.ts';
import { type Block, counted, groupDigits, type ListItem, type Section, type Tone } from '../document.ts';

/** How values of records are shown: as they are, or masked. */
export type ShowValue = (value: Value) => string;

const namedMax = 200;

/**
 * The verdict first; then every difference with record, field and both values; then counts, sums, and what was evened out.
 *
 * @param showValue how values are shown beside keys as they are; null shows both by their shape
 */
export function auditSection(whole: AuditReport, showValue: ShowValue | null): Section {
  const report = showValue ? whole : maskAudit(whole);
  const show = showValue ?? String;
  const differences = report.relations.reduce(
    (sum, relation) => sum + relation.differences.length + relation.unexplainedCount,
    0,
  );
  const dangling = report.references.reduce((sum, { unresolved }) => sum + unresolved, 0);
  const complete = report.relations.every(({ differencesComplete }) => differencesComplete);
  const rows = report.relations.reduce((sum, { rowsExpected }) => sum + rowsExpected, 0);
  const good = differences + dangling === 0;
  return {
    id: 'audit',
    title: 'Audit',
    verdict: good
      ? {
          tone: 'good',
          text: `source and target agree: ${counted(rows, 'record')}, every mapped field, both directions, all references`,
        }
      : {
          tone: 'bad',
          text: `source and target differ: ${complete ? '' : 'at least '}${counted(differences, 'difference')}${dangling > 0 ? `, ${counted(dangling, 'reference')} that lead nowhere` : ''}`,
        },
    blocks: [
      { kind: 'list', items: report.relations.flatMap((relation) => relationItems(relation, show)) },
      countsTable(report.relations),
      sumsTable(report.relations),
      referencesTable(report.references),
      notesBlock(report.relations),
    ],
  };
}

function relationItems(audit: RelationAudit, show: ShowValue): readonly ListItem[] {
  const named = audit.differences
    .slice(0, namedMax)
    .map((difference) => differenceItem(audit.relation, difference, show));
  const rest = audit.differences.length - named.length;
  const more: ListItem[] =
    rest > 0
      ? [
          {
            tone: 'bad',
            title: `${audit.relation}: and ${groupDigits(String(rest))} more`,
            detail: 'all of them are in the JSON report',
            fix: null,
          },
        ]
      : [];
  const unexplained = audit.unexplained.map(
    ({ object, key, reason }): ListItem => ({
      tone: 'bad',
      title: `${object} ${key}: did not arrive, and nothing explains it`,
      detail: reason,
      fix: 'It should be in quarantine or covered by a purge rule.',
    }),
  );
  return [...named, ...more, ...unexplained];
}

function differenceItem(relation: string, difference: Difference, show: ShowValue): ListItem {
  const item = (what: string, detail = ''): ListItem => ({
    tone: 'bad',
    title: `${relation} ${difference.key}: ${what}`,
    detail,
    fix: null,
  });
  switch (difference.kind) {
    case 'missing':
      return item('missing in the target');
    case 'extra':
      return item('extra in the target: no source record gives it');
    case 'duplicated':
      return item(`there ${difference.times} times instead of ${difference.expected}`);
    case 'unreadable':
      return item(
        `is no valid record of the target${difference.field === null ? '' : `: ${difference.field}`}`,
        difference.why,
      );
    case 'moved':
      return item(`stands under another key, ${difference.to}`);
    case 'changed':
      return item(
        `${counted(difference.fields.length, 'field')} changed`,
        fieldLines(difference.fields, show),
      );
    case 'swapped':
      return item(`has exchanged values with ${difference.with}`, fieldLines(difference.fields, show));
  }
}

function fieldLines(fields: Extract<Difference, { kind: 'changed' }>['fields'], show: ShowValue): string {
  return fields
    .map(
      ({ field, expected, actual, how }) =>
        `${field}: expected ${show(expected)}, found ${show(actual)}${how === null ? '' : ` (${how})`}`,
    )
    .join('\n');
}

function countsTable(relations: readonly RelationAudit[]): Block {
  return {
    kind: 'table',
    head: ['relation', 'source', 'purged', 'quarantined', 'expected', 'found', 'verdict'],
    rows: relations.map((audit) => [
      audit.relation,
      audit.rowsSource,
      audit.rowsPurged,
      audit.rowsQuarantined,
      audit.rowsExpected,
      audit.rowsTarget,
      audit.verdict === 'equal' ? { tone: 'good', text: 'equal' } : { tone: 'bad', text: 'different' },
    ]),
    empty: 'No relation was audited.',
  };
}

function sumsTable(relations: readonly RelationAudit[]): Block {
  return {
    kind: 'table',
    head: ['sum of', 'expected', 'found', 'verdict'],
    rows: relations.flatMap((audit) =>
      audit.sums.map(({ field, expected, actual }) => [
        `${audit.relation}.${field}`,
        expected,
        actual,
        sumVerdict(expected === actual, audit),
      ]),
    ),
    empty: 'There are no decimal fields to sum.',
  };
}

/** Where every record is explained, a sum can differ only by records that the expected side does not ask for. */
function sumVerdict(
  equal: boolean,
  { verdict }: RelationAudit,
): { readonly tone: Tone; readonly text: string } {
  if (equal) return { tone: 'good', text: 'equal' };
  return verdict === 'equal' ? { tone: 'warn', text: 'explained below' } : { tone: 'bad', text: 'different' };
}

function referencesTable(references: readonly RelationCheck[]): Block {
  return {
    kind: 'table',
    head: ['reference', 'followed', 'lead nowhere', 'for example'],
    rows: references.map(({ relation, fields, references: parent, rowsChecked, unresolved, examples }) => [
      `${relation}.${fields.join(', ')} -> ${parent}`,
      rowsChecked,
      unresolved,
      examples
        .slice(0, 3)
        .map(({ key, value }) => `${key} -> ${value}`)
        .join('; '),
    ]),
    empty: 'The target declares no references.',
  };
}

function notesBlock(relations: readonly RelationAudit[]): Block {
  const evened = relations.flatMap(({ relation, compared }) =>
    compared.normalisations.map(({ field, normalisation }) => `${relation}.${field} (${normalisation})`),
  );
  const outside = relations.flatMap(({ relation, compared }) =>
    compared.notCompared.map(({ field, why }) => `${relation}.${field}: ${why}`),
  );
  const lines = [
    evened.length > 0
      ? `Evened out before comparing: ${evened.join(', ')}.`
      : 'Nothing was evened out before comparing.',
    ...(outside.length > 0 ? [`Not compared: ${outside.join('; ')}.`] : []),
    ...relations.flatMap(({ relation, verdict, rowsTarget, rowsExpected }) =>
      verdict === 'equal' && rowsTarget > rowsExpected
        ? [
            `${relation}: ${counted(rowsTarget - rowsExpected, 'record')} beside the expected: in quarantine for a link that was refused, or there before the run.`,
          ]
        : [],
    ),
    ...relations.flatMap(({ relation, purgedBy }) =>
      purgedBy.map(
        ({ reason, rows }) => `${relation}: ${counted(rows, 'record')} left behind on purpose: ${reason}.`,
      ),
    ),
    ...relations.map(
      ({ relation, evidence }) => `${relation}: ${evidence.form} Merkle root ${evidence.merkleRoot}`,
    ),
  ];
  return { kind: 'paragraph', text: lines.join('\n') };
}
