/**
 * The tables of a work board, beside those of the journal, whose transactions look at the claims. `token` is one counter for
 * leads and claims of all projects: a later one is higher, whoever it is given to.
 */
const name = 'text COLLATE "C" NOT NULL';

export const workTables: string = `
CREATE SEQUENCE godwit_journal_token AS bigint;
CREATE TABLE godwit_journal_worker (
  project ${name}, worker ${name}, host text NOT NULL, pid bigint NOT NULL, version text NOT NULL, purpose text NOT NULL,
  joined_at timestamptz NOT NULL, seen_at timestamptz NOT NULL, until timestamptz NOT NULL, left_at timestamptz,
  PRIMARY KEY (project, worker)) WITH (fillfactor = 50);
CREATE TABLE godwit_journal_lead (
  project ${name} PRIMARY KEY, worker text, token bigint NOT NULL, version text NOT NULL, since timestamptz NOT NULL);
CREATE TABLE godwit_journal_stop (project ${name} PRIMARY KEY, mark text NOT NULL);
CREATE TABLE godwit_journal_salt (project ${name} PRIMARY KEY, salt text NOT NULL);
CREATE TABLE godwit_journal_runner_key (project ${name} PRIMARY KEY, sealed text NOT NULL, public_line text NOT NULL);
CREATE TABLE godwit_journal_offer (
  project ${name}, run ${name}, step ${name}, lead bigint NOT NULL, runbook_id text NOT NULL, version text NOT NULL,
  view text, position text NOT NULL, at_once_max integer, closed boolean NOT NULL,
  PRIMARY KEY (project, run, step));
CREATE TABLE godwit_journal_claim (
  project ${name}, run ${name}, step ${name}, slice integer NOT NULL, state text NOT NULL, worker text, token bigint, code text,
  rows_read bigint, rows_written bigint, rows_quarantined bigint, rows_purged bigint,
  PRIMARY KEY (project, run, step, slice)) WITH (fillfactor = 50);
CREATE INDEX godwit_journal_claim_free ON godwit_journal_claim (project, run, step, state DESC, slice)
  WHERE state IN ('open', 'failed');
CREATE INDEX godwit_journal_claim_held ON godwit_journal_claim (project, worker, run, step, slice) WHERE state = 'held';
`;
