import type { Journal } from '../../../src/engine/index.ts';
import { type Place, plainSql } from './places.ts';
import { foundStatement, heldStatement, isRefused, type TargetKind, type Thing } from './things.ts';

export interface Held {
  /** Checkpoints. */
  readonly slices: number;
  /** It holds as many records as they say. */
  readonly whole: boolean;
}

/** What the target holds at this moment, in one statement. Before the first slice it has no checkpoints, and no table for them. */
export async function heldNow(target: Place): Promise<Held> {
  try {
    const [row] = await plainSql(target, heldStatement(kindOf(target)));
    const [found, written, slices] = row ?? [];
    return { slices: Number(slices), whole: found === written };
  } catch (error) {
    if (!/does not exist|doesn't exist|no such table/.test(String(error))) throw error;
    const [row] = await plainSql(target, 'SELECT count(*) FROM thing');
    return { slices: 0, whole: row?.[0] === '0' };
  }
}

export interface MoveCompared {
  readonly recordsExpected: number;
  readonly recordsFound: number;
  /** Of those expected: not there, or other than they should be. */
  readonly recordsDifferent: number;
  readonly recordsTwice: number;
  readonly quarantineExpected: number;
  readonly quarantineFound: number;
}

export interface Moved {
  readonly target: Place;
  readonly records: readonly Thing[];
  readonly journal: Journal;
  readonly run: string;
}

/** Every record, by plain SQL, and what is in quarantine. */
export async function compareMove({ target, records, journal, run }: Moved): Promise<MoveCompared> {
  const found = await plainSql(target, foundStatement(kindOf(target)));
  const byId = new Map(found.map((row) => [row[0], JSON.stringify(row)]));
  const expected = records.filter((record) => !isRefused(record));
  let quarantineFound = 0;
  for await (const _entry of journal.entries({ run, state: 'open' })) quarantineFound += 1;
  return {
    recordsExpected: expected.length,
    recordsFound: found.length,
    recordsDifferent: expected.filter((record) => byId.get(record[0]) !== JSON.stringify(record)).length,
    recordsTwice: found.length - byId.size,
    quarantineExpected: records.length - expected.length,
    quarantineFound,
  };
}

function kindOf({ kind }: Place): TargetKind {
  if (kind === 'csv') throw new RangeError('no target');
  return kind;
}
