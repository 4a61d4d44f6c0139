import { groupDigits, type Section } from '../document.ts';
import { seconds } from '../duration-text.ts';

/** What a restore drill is told from. */
export interface RestoreDrillFacts {
  readonly of: string;
  readonly backup: string;
  readonly digest: string;
  readonly bytes: number;
  readonly way: string;
  readonly client: string;
  readonly server: string;
  readonly scratch: string;
  readonly durationMs: number;
  readonly passed: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly outcome: 'ok' | 'failed' | 'not-looked-at';
    readonly detail: string;
  }[];
}

/** A restore drill: how long it took, and what was looked at. */
export function restoreDrillSection(drill: RestoreDrillFacts): Section {
  return {
    id: 'restore-drill',
    title: 'Restore drill',
    verdict: drill.passed
      ? { tone: 'good', text: `restored in ${seconds(drill.durationMs)}, and it holds what it has to` }
      : { tone: 'bad', text: `restored in ${seconds(drill.durationMs)}, and it is not what it has to be` },
    blocks: [
      {
        kind: 'facts',
        facts: [
          ['backup', `${drill.backup} of the ${drill.of}, ${groupDigits(String(drill.bytes))} bytes`],
          ['digest', drill.digest],
          ['restored into', drill.scratch],
          ['by', `${drill.way} (${drill.client}; the server is ${drill.server})`],
        ],
      },
      {
        kind: 'table',
        head: ['looked at', 'found', ''],
        rows: drill.checks.map(({ name, outcome, detail }) => [name, words[outcome], detail]),
        empty: '',
      },
    ],
  };
}

const words = { ok: 'ok', failed: 'NOT OK', 'not-looked-at': 'not looked at' } as const;
