import type { OwnDatabase } from '../../connectors/index.ts';
import { journalNewer } from '../faults.ts';
import { workTables } from './postgres-work-tables.ts';

/** The format this version writes; it rises whenever a table changes its meaning. */
const journalFormat = 1;

/** Names sort by their bytes, as in an SQLite file. A schema may hold the journals of several projects. */
const name = 'text COLLATE "C" NOT NULL';

const tables = `
CREATE TABLE godwit_journal_run (
  project ${name}, run ${name}, runbook_id text NOT NULL, world text NOT NULL, state text NOT NULL, code text,
  started_at ${name}, changed_at text NOT NULL, PRIMARY KEY (project, run));
CREATE TABLE godwit_journal_step (
  project ${name}, run ${name}, step ${name}, ordinal integer NOT NULL, kind text NOT NULL, object text, origin text NOT NULL,
  state text NOT NULL, code text, rows_source text, position text, started_at text NOT NULL, changed_at text NOT NULL,
  PRIMARY KEY (project, run, step), UNIQUE (project, run, ordinal),
  FOREIGN KEY (project, run) REFERENCES godwit_journal_run);
CREATE TABLE godwit_journal_slice (
  project ${name}, run ${name}, step ${name}, slice integer NOT NULL, sealed_range bytea NOT NULL, rows_estimate bigint NOT NULL,
  PRIMARY KEY (project, run, step, slice));
CREATE TABLE godwit_journal_quarantine (
  project ${name}, id ${name}, run ${name}, step ${name}, slice integer NOT NULL, attempt text NOT NULL, object text NOT NULL,
  origin text NOT NULL, kind text NOT NULL, code text NOT NULL, field text, rule text, key_digest text NOT NULL,
  sealed bytea NOT NULL, state text NOT NULL, settled_by text, at text NOT NULL,
  PRIMARY KEY (project, id));
CREATE INDEX godwit_journal_quarantine_slice ON godwit_journal_quarantine (project, run, step, slice, id);
CREATE INDEX godwit_journal_quarantine_open ON godwit_journal_quarantine (project, run, origin, key_digest) WHERE state = 'open';
CREATE TABLE godwit_journal_purged (
  project ${name}, run ${name}, step ${name}, slice integer NOT NULL, object text NOT NULL, origin text NOT NULL,
  rule integer NOT NULL, reason text NOT NULL, count bigint NOT NULL, PRIMARY KEY (project, run, step, slice, rule));
CREATE TABLE godwit_journal_replay (
  project ${name}, run ${name}, step ${name}, slice integer NOT NULL, place integer NOT NULL, entry text NOT NULL,
  PRIMARY KEY (project, run, step, slice, place));
CREATE TABLE godwit_journal_digest (
  project ${name}, run ${name}, step ${name}, slice integer NOT NULL, digest text NOT NULL,
  PRIMARY KEY (project, run, step, slice));
`;

/** Makes a journal's tables where there are none. Throws `engine.journal-newer`. */
export async function prepareJournal(database: OwnDatabase): Promise<void> {
  const found = await database.prepare({ name: 'journal', format: journalFormat, sql: tables + workTables });
  if (found > journalFormat) throw journalNewer(found, journalFormat);
}
