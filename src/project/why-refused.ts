import type { Journal } from '../engine/index.ts';

/**
 * For what most records of a step are in quarantine, and how many: by the words that are kept open, so no value of a record is
 * in it. Null where there is none.
 */
export async function mostlyBecause(journal: Journal, run: string, step: string): Promise<string | null> {
  const counts = new Map<string, number>();
  for await (const { code, field, rule } of journal.entries({ run, step, state: 'open' })) {
    const why = `${code}${field === null ? '' : ` on ${field}`}${rule === null ? '' : `, ${rule}`}`;
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most === undefined ? null : `${most[1]} of them for ${most[0]}`;
}
