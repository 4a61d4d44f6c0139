import { plainMapping } from './crm-mapping.ts';
import { CrmMove, type FileSystem, type ToldLine } from './crm-move.ts';
import { type CrmDatabase, sql } from './crm-servers.ts';
import type { Prepared, Taken } from './measure-in-turns.ts';

const completed = /^\d+-complete-relations done/;
const copied = /^\d+-copy-\S+ done/;

/**
 * `godwit run`, as a process, from its start to the end of its last step that writes: tables, records, indexes, keys and
 * references, with checkpoints and what going back needs. The audit with which every run ends compares each record on both
 * sides; no other way does anything like it, so the process is ended before it.
 */
export async function copyWithGodwit(
  source: CrmDatabase | FileSystem,
  target: CrmDatabase,
): Promise<Prepared> {
  await sql(target, 'CREATE SCHEMA crm');
  return prepared(new CrmMove(source, target, plainMapping(true), ''), async (move) => {
    const told = await move.verbUntil(completed, 1, 'run');
    const { atSeconds, peakMiB } = last(told, completed);
    return {
      seconds: atSeconds,
      more: [
        { figure: 'until the last record is copied', value: last(told, copied).atSeconds, unit: 's' },
        { figure: 'peak memory without the audit', value: peakMiB, unit: 'MiB' },
      ],
    };
  });
}

/** The same run to its end, with its audit, told apart. */
export async function moveWithGodwit(source: CrmDatabase, target: CrmDatabase): Promise<Prepared> {
  await sql(target, 'CREATE SCHEMA crm');
  return prepared(new CrmMove(source, target, plainMapping(true), ''), async (move) => {
    const { told, seconds, peakMiB, processorSeconds } = await move.verb('run');
    const end = last(told, completed);
    return {
      seconds: end.atSeconds,
      more: [
        { figure: 'the run with its audit', value: seconds, unit: 's' },
        { figure: 'processor time of the run with its audit', value: processorSeconds, unit: 's' },
        { figure: 'peak memory without the audit', value: end.peakMiB, unit: 'MiB' },
        { figure: 'peak memory with the audit', value: peakMiB, unit: 'MiB' },
      ],
    };
  });
}

/**
 * Records alone, into tables that are there, to the end of the last copy.
 *
 * @param mapping the files of `mapping/`, by name
 * @param tables statements that make a database ready; of a file it was made before
 */
export async function copyRecords(
  source: CrmDatabase | FileSystem,
  target: CrmDatabase | FileSystem,
  mapping: Readonly<Record<string, string>>,
  tables: string,
): Promise<Prepared> {
  if ('server' in target) await sql(target, tables);
  return prepared(new CrmMove(source, target, mapping, ''), async (move) => {
    const end = last(await move.verbUntil(copied, Object.keys(mapping).length, 'run'), copied);
    return {
      seconds: end.atSeconds,
      more: [{ figure: 'peak memory', value: end.peakMiB, unit: 'MiB' }],
    };
  });
}

/** Up to the signed runbook. */
async function prepared(move: CrmMove, copy: (move: CrmMove) => Promise<Taken>): Promise<Prepared> {
  await move.prepare();
  return { copy: async () => copy(move), [Symbol.dispose]: () => move[Symbol.dispose]() };
}

function last(told: readonly ToldLine[], wanted: RegExp): ToldLine {
  const found = told.findLast(({ line }) => wanted.test(line));
  if (found === undefined) throw new RangeError(`the run told of no step that matches ${wanted}`);
  return found;
}
