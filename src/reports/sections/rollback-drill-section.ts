import type { Section } from '../document.ts';
import { seconds } from '../duration-text.ts';

/** What a rollback drill is told from; null where the run did not come so far that anything could be taken back. */
export interface RollbackDrillFacts {
  readonly rollback: {
    readonly outcome: string;
    readonly stepTimes: readonly { readonly step: string; readonly durationMs: number }[];
  } | null;
  readonly rollbackMs: number;
  readonly wayBack: {
    readonly clean: boolean;
    readonly relations: readonly {
      readonly relation: string;
      readonly before: string;
      readonly now: string;
      readonly sameRecords: boolean;
    }[];
    readonly structure: readonly string[];
  } | null;
}

/** The way back, walked in a sandbox: each step's time, and whether everything is as it was before. */
export function rollbackDrillSection({ rollback, rollbackMs, wayBack }: RollbackDrillFacts): Section {
  const clean = rollback?.outcome === 'undone' && wayBack?.clean === true;
  const text = clean
    ? `taken back in ${seconds(rollbackMs)}: everything is as it was before the run`
    : rollback === null
      ? 'the run in the sandbox did not come to its end: nothing could be taken back'
      : 'what is there now is not what was there before the run';
  return {
    id: 'rollback-drill',
    title: 'Rollback drill',
    verdict: { tone: clean ? 'good' : 'bad', text },
    blocks: [
      {
        kind: 'table',
        head: ['step', 'taken back in'],
        rows: rollback?.stepTimes.map(({ step, durationMs }) => [step, seconds(durationMs)]) ?? [],
        empty: '',
      },
      {
        kind: 'table',
        head: ['relation', 'records before', 'records after', ''],
        rows:
          wayBack?.relations.map(({ relation, before, now, sameRecords }) => [
            relation,
            before,
            now,
            before !== now ? 'NOT OK' : sameRecords ? 'ok, each as it was' : 'NOT OK: not the same records',
          ]) ?? [],
        empty: '',
      },
      {
        kind: 'list',
        items: (wayBack?.structure ?? []).map((title) => ({
          tone: 'bad' as const,
          title,
          detail: '',
          fix: null,
        })),
      },
    ],
  };
}
