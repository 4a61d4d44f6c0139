import { counted, type Section } from '../document.ts';

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
        kind: 'table',
        head: ['relation', 'awkward records taken in on purpose'],
        rows: relations
          .filter(({ strata }) => strata.length > 0)
          .map(({ relation, strata }) => [relation, strataText(strata)]),
        empty: 'No awkward records were known: `godwit profile` finds them.',
      },
    ],
  };
}

const strataShown = 12;

function strataText(strata: SampledRelationReport['strata']): string {
  const shown = strata
    .slice(0, strataShown)
    .map(({ why, records }) => (records > 1 ? `${why} (${records})` : why));
  const rest = strata.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more kinds`] : [])].join(', ');
}

function percent(share: number): string {
  return `${(share * 100).toPrecision(2)} %`;
}
