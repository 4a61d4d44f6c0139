import type { CheckResult } from '../../connectors/index.ts';
import { counted, type Section, type Tone } from '../document.ts';

const tones: Readonly<Record<CheckResult['outcome'], Tone>> = { ok: 'good', warn: 'warn', fail: 'bad' };

/** What was checked on one system, and for each failure what to do. */
export function checksSection(
  role: 'source' | 'target' | 'project',
  kind: string,
  results: readonly CheckResult[],
): Section {
  return {
    id: `checks-${role}`,
    title: role === 'project' ? 'Project' : `${role === 'source' ? 'Source' : 'Target'} (${kind})`,
    verdict: verdictOf(results),
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

function verdictOf(results: readonly CheckResult[]): Section['verdict'] {
  const failed = results.filter(({ outcome }) => outcome === 'fail').length;
  const careful = results.filter(({ outcome }) => outcome === 'warn').length;
  if (failed > 0) return { tone: 'bad', text: `${counted(failed, 'check')} of ${results.length} failed` };
  return careful > 0
    ? { tone: 'warn', text: `nothing failed; ${counted(careful, 'thing')} to be careful of` }
    : { tone: 'good', text: `${counted(results.length, 'check')} passed` };
}
