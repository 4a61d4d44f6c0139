import { plainMapping } from './crm-mapping.ts';
import { CrmMove } from './crm-move.ts';
import { type CrmDatabase, sql } from './crm-servers.ts';
import {
  addReference,
  createTables,
  crmTables,
  indexes,
  references,
  validateReference,
} from './crm-tables.ts';
import { inTwoStreams } from './in-two-streams.ts';
import type { Taken } from './measure-in-turns.ts';

/**
 * `godwit run`, as a process, from its start to the end of its last step that writes, checkpoints and undo information
 * included; then the indexes and references, two at a time. The audit with which every run ends compares each record on both
 * sides: no other way does anything like it, so it is told apart.
 */
export async function copyWithGodwit(
  source: CrmDatabase,
  target: CrmDatabase,
  {
    mapping = plainMapping(),
    tables = createTables,
  }: { mapping?: ReturnType<typeof plainMapping>; tables?: string } = {},
): Promise<Taken> {
  await sql(target, tables);
  using move = new CrmMove(source, target, mapping, '');
  await move.prepare();
  const { told, seconds, peakMiB, processorSeconds } = await move.verb('run');
  const moved = told.findLast(({ line }) => / done: .* quarantined/.test(line))?.atSeconds;
  if (moved === undefined) throw new RangeError('the run told of no step that is done');
  const began = performance.now();
  await buildIndexes(target);
  const built = (performance.now() - began) / 1000;
  return {
    seconds: moved + built,
    more: [
      { figure: 'records moved', value: moved, unit: 's' },
      { figure: 'indexes and references', value: built, unit: 's' },
      { figure: 'the run with its audit', value: seconds, unit: 's' },
      { figure: 'processor time of the run with its audit', value: processorSeconds, unit: 's' },
      { figure: 'peak memory of the run', value: peakMiB, unit: 'MiB' },
    ],
  };
}

async function buildIndexes(target: CrmDatabase): Promise<void> {
  await inTwoStreams(
    crmTables.flatMap((table) => indexes[table].map((statement) => async () => sql(target, statement))),
  );
  await sql(target, ...references.map(addReference));
  await inTwoStreams(
    crmTables.map((table) => async () => {
      const own = references.filter((reference) => reference.table === table);
      await sql(target, ...own.map(validateReference));
    }),
  );
}
