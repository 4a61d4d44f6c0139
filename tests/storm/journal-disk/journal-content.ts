import type { Journal } from '../../../src/engine/index.ts';
import { run, steps, summaries } from './journal-calls.ts';

/** All that a journal can be asked, without when it was. */
export async function contentOf(journal: Journal): Promise<string> {
  const content: unknown[] = [
    await journal.runs(),
    await journal.steps(run),
    (await journal.purged(run)).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  ];
  for (const step of steps)
    content.push(
      await journal.plan(run, step),
      await journal.replay(run, step),
      [...(await journal.digests(run, step))].sort(([a], [b]) => a - b),
    );
  for (const { id } of await summaries(journal)) content.push(await journal.entry(id));
  return content.map((part) => JSON.stringify(part, sameShape)).join('\n');
}

/** Fields by name, and no times: the two journals have clocks of their own. */
function sameShape(name: string, value: unknown): unknown {
  if (name === 'startedAt' || name === 'changedAt' || name === 'at') return undefined;
  if (value === null || typeof value !== 'object' || Array.isArray(value) || ArrayBuffer.isView(value))
    return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The first line in which they differ, for whoever reads it. */
export function firstDifference(found: string, promised: string): string {
  const [these, those] = [found.split('\n'), promised.split('\n')];
  const at = those.findIndex((line, place) => line !== these[place]);
  return `found ${these[at]?.slice(0, 200)}, promised ${those[at]?.slice(0, 200)} (${these.length} and ${those.length} parts)`;
}
