import { isDeepStrictEqual } from 'node:util';
import { SeededChoice } from '../../demo/seeded-choice.ts';
import { isGodwitError, type ObjectMapping } from '../../src/model/index.ts';
import type { DrawnTable, LanePair } from './lane-case.ts';
import { type LaneFigures, LaneTally } from './lane-tally.ts';
import { LaneTraveller, type Travelled } from './lane-traveller.ts';

export interface LaneTrial {
  /** Of the first table; each further one has the next number, so that one alone can be repeated. */
  readonly seed: number;
  /** How many tables that count, and one in bulk at least, of at most twenty times as many. */
  readonly thatCount: number;
  readonly say?: (text: string) => void;
}

/** Brings made-up tables over in both ways, and says what differs; closes both systems. */
export async function compareLanes<Drawn extends DrawnTable>(
  pair: LanePair<Drawn>,
  { seed, thatCount, say }: LaneTrial,
): Promise<LaneFigures> {
  await using source = pair.source;
  await using targets = pair.targets;
  await using traveller = await LaneTraveller.create({ source, targets });
  const tally = new LaneTally(pair.name);
  for (let at = 0; at < thatCount * 20 && !tally.saw(thatCount); at += 1) {
    const drawn = pair.draw(new SeededChoice(seed + at));
    await source.make(drawn);
    await targets.make(drawn);
    const shown = `${drawn.source.join(';\n')};\n${drawn.target}\n${shownMapping(drawn.mapping)}`;
    const name = `${pair.name}, GODWIT_SEED=${seed + at}`;
    try {
      const bulk = await traveller.travel(`bulk-${at}`, drawn.mapping, 'bulk');
      const records = await traveller.travel(`records-${at}`, drawn.mapping, 'records');
      tally.add(
        bulk,
        differencesOf(drawn, bulk, records).map((one) => `${name}: ${one}\n${shown}`),
      );
    } catch (error) {
      tally.fail(`${name}: ${told(error)}\n${shown}`);
    }
    for (const disagreement of tally.newDisagreements()) say?.(disagreement);
    if ((at + 1) % 50 === 0)
      say?.(`${pair.name}: ${at + 1} tables, ${tally.figures().tablesThatCount} count`);
  }
  return tally.figures();
}

const compared = ['content', 'entries', 'purged', 'left'] as const;

function differencesOf(drawn: DrawnTable, bulk: Travelled, records: Travelled): readonly string[] {
  const found = compared.flatMap((part) => difference(part, bulk[part], records[part]));
  found.push(...difference('counts', bulk.report.counts, records.report.counts));
  if (records.left !== 0) found.push(`${records.left} records stay when going back`);
  if (!records.report.notes[0]?.startsWith('record by record'))
    found.push('the records did not go one by one');
  if (drawn.staysInBulk && bulk.report.notes[0]?.startsWith('record by record'))
    found.push(`not in bulk: ${bulk.report.notes[0]}`);
  if (drawn.staysInBulk && bulk.entries.length === 0 && bulk.slicesLeft > 0)
    found.push(`${bulk.slicesLeft} slices without a bad record left the lane`);
  return found;
}

function difference(part: string, bulk: unknown, records: unknown): string[] {
  if (isDeepStrictEqual(bulk, records)) return [];
  if (!Array.isArray(bulk) || !Array.isArray(records))
    return [`${part}: in bulk ${JSON.stringify(bulk)}, as records ${JSON.stringify(records)}`];
  const [there, here] = [bulk, records].map((list) => new Set(list.map((one) => JSON.stringify(one))));
  const only = (of = new Set<string>(), other = new Set<string>()): string =>
    [...of]
      .filter((one) => !other.has(one))
      .slice(0, 5)
      .join(' ');
  return [`${part}: only in bulk ${only(there, here)}, only as records ${only(here, there)}`];
}

function told(error: unknown): string {
  if (isGodwitError(error)) return `${error.code} ${error.title} ${error.detail ?? ''} ${told(error.cause)}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function shownMapping({ fields, purge, key }: ObjectMapping): string {
  const told = fields.map(({ field, from, values }) => [field, from, ...(values === null ? [] : values)]);
  return JSON.stringify({ key, fields: told, purge });
}
