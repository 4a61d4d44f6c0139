import type { ObjectNumbers } from '../../engine/index.ts';
import { counted, type Section } from '../document.ts';

/** What the closing page is made from. */
export interface ClosingReport {
  readonly numbers: readonly ObjectNumbers[];
  readonly differences: number;
  readonly quarantined: number;
  /** Names of owners who signed the result. */
  readonly signedBy: readonly string[];
  /** Runs without their approvals that nobody has reviewed yet, in words. */
  readonly unreviewed: readonly string[];
}

/** Is it finished: does every record have an explanation, and has the owner signed? */
export function closingSection({
  numbers,
  differences,
  quarantined,
  signedBy,
  unreviewed,
}: ClosingReport): Section {
  const open = numbers.filter(({ unexplained }) => unexplained !== '0').length;
  const signed = signedBy.length > 0;
  const good = differences === 0 && open === 0 && signed && unreviewed.length === 0;
  return {
    id: 'closing',
    title: 'Closing',
    verdict: good
      ? {
          tone: quarantined > 0 ? 'warn' : 'good',
          text: `signed by ${signedBy.join(', ')}; ${counted(quarantined, 'record')} in quarantine`,
        }
      : {
          tone: differences + open > 0 ? 'bad' : 'warn',
          text: [
            ...(differences > 0 ? [counted(differences, 'difference')] : []),
            ...(open > 0 ? [`${counted(open, 'object')} with records that are not accounted for`] : []),
            ...(signed ? [] : ['the owner has not signed the result']),
            ...unreviewed.map((told) => `GLASS BROKEN: ${told}`),
          ].join('; '),
        },
    blocks: [
      {
        kind: 'table',
        head: ['object', 'source', '= written', '+ quarantined', '+ purged', 'not accounted for'],
        rows: numbers.map((one) => [
          one.object,
          Number(one.rowsSource),
          one.rowsWritten,
          one.rowsQuarantined,
          one.rowsPurged,
          Number(one.unexplained),
        ]),
        empty: 'Nothing was moved.',
      },
    ],
  };
}
