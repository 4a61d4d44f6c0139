import { plainMapping } from './crm-mapping.ts';
import { CrmMove, type FileSystem, type ToldLine } from './crm-move.ts';
import { type CrmDatabase, sql } from './crm-servers.ts';
import type { Taken } from './measure-in-turns.ts';

/** A step that writes, when it is done: `03-copy-activities done: 3,000,000 read, ...`. */
const written = /^\d+-(?:create|copy|link|complete|advance)-\S+ done/;
const completed = /^\d+-complete-relations done/;
const copied = /^\d+-copy-\S+ done/;

/**
 * `godwit run`, as a process, from its start to the end of its last step that writes: tables, records, indexes, keys and
 * references, with checkpoints and what going back needs. The audit with which every run ends compares each record on both
 * sides; no other way does anything like it, so it is told apart.
 */
export async function copyWithGodwit(source: CrmDatabase, target: CrmDatabase): Promise<Taken> {
  return moveCrm(source, target, {
    mapping: plainMapping(true),
    tables: 'CREATE SCHEMA crm',
    until: written,
  });
}

/** The same, ended when everything is there: the audit takes longer than the copy, and not every case asks for it. */
export async function copyWithoutAudit(source: CrmDatabase, target: CrmDatabase): Promise<Taken> {
  await sql(target, 'CREATE SCHEMA crm');
  using move = new CrmMove(source, target, plainMapping(true), '');
  await move.prepare();
  const { atSeconds, peakMiB } = last(await move.verbUntil(completed, 'run'), completed);
  return {
    seconds: atSeconds,
    more: [{ figure: 'peak memory without the audit', value: peakMiB, unit: 'MiB' }],
  };
}

/** Records alone, into tables that are there and have no index. */
export async function copyRecords(
  source: CrmDatabase | FileSystem,
  target: CrmDatabase,
  mapping: Readonly<Record<string, string>>,
  tables: string,
): Promise<Taken> {
  return moveCrm(source, target, { mapping, tables, until: copied });
}

interface MoveOptions {
  /** The files of `mapping/`, by name. */
  readonly mapping: Readonly<Record<string, string>>;
  /** Statements that make the target ready. */
  readonly tables: string;
  /** The last line that matches is the end of what is measured. */
  readonly until: RegExp;
}

async function moveCrm(
  source: CrmDatabase | FileSystem,
  target: CrmDatabase,
  { mapping, tables, until }: MoveOptions,
): Promise<Taken> {
  await sql(target, tables);
  using move = new CrmMove(source, target, mapping, '');
  await move.prepare();
  const { told, seconds, peakMiB, processorSeconds } = await move.verb('run');
  const end = last(told, until);
  return {
    seconds: end.atSeconds,
    more: [
      { figure: 'until the last record is copied', value: last(told, copied).atSeconds, unit: 's' },
      { figure: 'the run with its audit', value: seconds, unit: 's' },
      { figure: 'processor time of the run with its audit', value: processorSeconds, unit: 's' },
      { figure: 'peak memory without the audit', value: end.peakMiB, unit: 'MiB' },
      { figure: 'peak memory with the audit', value: peakMiB, unit: 'MiB' },
    ],
  };
}

function last(told: readonly ToldLine[], wanted: RegExp): ToldLine {
  const found = told.findLast(({ line }) => wanted.test(line));
  if (found === undefined) throw new RangeError(`the run told of no step that matches ${wanted}`);
  return found;
}
