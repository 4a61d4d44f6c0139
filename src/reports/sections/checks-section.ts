import type { CheckResult } from '../../connectors/index.ts';
import { counted, type Section, type Tone } from '../document.ts';

const tones: Readonly<Record<CheckResult['outcome'], Tone>> = { ok: 'good', warn: 'warn', fail: 'bad' };

/** What was checked on one system, and for each failure what to do. */
export function checksSection(
  role: 'source' | 'target',
  kind: string,
  results: readonly CheckResult[],
): Section {
  const failed = results.filter(({ outcome }) => outcome === 'fail').length;
  return {
    id: `checks-${role}`,
    title: `${role === 'source' ? 'Source' : 'Target'} (${kind})`,
    verdict:
      failed > 0
        ? { tone: 'bad', text: `${counted(failed, 'check')} failed` }
        : { tone: 'good', text: `${counted(results.length, 'check')} passed` },
    blocks: [
      {
        kind: 'list',
        items: results.map(({ name, outcome, detail, fix }) => ({
          tone: tones[outcome],
          title: `${name}: ${detail}`,
          detail: '',
          fix,
        })),
      },
    ],
  };
}
