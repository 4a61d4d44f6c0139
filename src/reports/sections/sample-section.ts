import { counted, groupDigits, type Section } from '../document.ts';

/** What a sample of one relation holds, and what it can show. */
export interface SampledRelationReport {
  readonly relation: string;
  readonly rowsTotal: number;
  readonly drawn: number;
  readonly awkward: number;
  readonly parents: number;
  readonly children: number;
  readonly orphans: number;
  readonly provenShare: number;
  readonly strata: readonly { readonly why: string; readonly records: number }[];
}

export function sampleSection(relations: readonly SampledRelationReport[]): Section {
  const records = relations.reduce(
    (sum, { drawn, awkward, parents, children }) => sum + drawn + awkward + parents + children,
    0,
  );
  return {
    id: 'sample',
    title: 'Sample',
    verdict: {
      tone: 'plain',
      text: `${counted(records, 'record')}, with every parent; only the drawn ones count in the last column`,
    },
    blocks: [
      {
        kind: 'table',
        head: [
          'relation',
          'records',
          'drawn',
          'awkward',
          'parents',
          'children',
          'without parent',
          'a defect shows (95 %) from',
        ],
        rows: relations.map((one) => [
          one.relation,
          one.rowsTotal,
          one.drawn,
          one.awkward,
          one.parents,
          one.children,
          one.orphans,
          `${percent(one.provenShare)} of the records`,
        ]),
        empty: '',
      },
      {
        kind: 'list',
        items: relations.flatMap(({ relation, strata }) =>
          strata.map(({ why, records: count }) => ({
            tone: 'plain' as const,
            title: `${relation}: ${why} (${groupDigits(String(count))})`,
            detail: '',
            fix: null,
          })),
        ),
      },
    ],
  };
}

function percent(share: number): string {
  return `${(share * 100).toPrecision(2)} %`;
}
