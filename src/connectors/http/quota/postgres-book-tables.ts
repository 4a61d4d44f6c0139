import type { BookStatement } from './book-questions.ts';

/** The format this version writes; it rises whenever a table changes its meaning. */
export const bookFormat = 1;

const name = 'text COLLATE "C" NOT NULL';

/** The tables of `book-tables.ts`. Times are milliseconds since 1970, units and times may be broken. */
export const bookTables: string = `
CREATE TABLE godwit_quota_used (quota ${name}, part bigint NOT NULL, units double precision NOT NULL, PRIMARY KEY (quota, part));
CREATE TABLE godwit_quota_held (id ${name}, quota ${name}, units double precision NOT NULL, from_ms double precision NOT NULL,
  until_ms double precision NOT NULL, part_ms double precision NOT NULL, hold_ms double precision, PRIMARY KEY (id, quota));
CREATE INDEX godwit_quota_held_quota ON godwit_quota_held (quota);
CREATE TABLE godwit_quota_seen (quota ${name} PRIMARY KEY, vendor_limit double precision, phase_ms double precision,
  blocked_until_ms double precision, most double precision, most_before double precision, from_ms double precision,
  seen_ms double precision);
CREATE TABLE godwit_quota_attempts (label ${name}, outcome ${name}, attempts bigint NOT NULL, PRIMARY KEY (label, outcome));
CREATE TABLE godwit_quota_time (one integer PRIMARY KEY CHECK (one = 1), boot text, offset_ms double precision,
  last_ms double precision NOT NULL, vendor_ahead_ms double precision NOT NULL);
INSERT INTO godwit_quota_time VALUES (1, NULL, NULL, 0, 0);
`;

/**
 * The statements of `book-tables.ts`. Whoever asks for the time has the book for itself until its transaction ends; in place of
 * the start of a machine comes the server's own clock.
 */
export const postgresStatements: Readonly<Record<BookStatement, string>> = {
  used: 'SELECT part, units FROM godwit_quota_used WHERE quota = $1 AND part >= $2 ORDER BY part',
  usedSum: 'SELECT coalesce(sum(units), 0) FROM godwit_quota_used WHERE quota = $1 AND part >= $2',
  forget: 'DELETE FROM godwit_quota_used WHERE quota = $1 AND part < $2',
  use: `INSERT INTO godwit_quota_used VALUES ($1, $2, $3)
    ON CONFLICT (quota, part) DO UPDATE SET units = godwit_quota_used.units + excluded.units`,
  hold: 'INSERT INTO godwit_quota_held VALUES ($1, $2, $3, $4, $5, $6, $7)',
  heldSum: 'SELECT coalesce(sum(units), 0), min(until_ms) FROM godwit_quota_held WHERE quota = $1',
  heldBefore: 'SELECT coalesce(sum(units), 0) FROM godwit_quota_held WHERE quota = $1 AND from_ms < $2',
  heldOf: 'SELECT quota, units, from_ms, part_ms, hold_ms FROM godwit_quota_held WHERE id = $1',
  overdue: 'SELECT id, quota, units, until_ms, part_ms FROM godwit_quota_held WHERE until_ms <= $1',
  drop: 'DELETE FROM godwit_quota_held WHERE id = $1 AND quota = $2',
  keep: 'UPDATE godwit_quota_held SET until_ms = $1 WHERE id = $2 AND quota = $3',
  dropAll: 'DELETE FROM godwit_quota_held WHERE id = $1',
  seen: `SELECT vendor_limit, phase_ms, blocked_until_ms, most, most_before, from_ms, seen_ms
    FROM godwit_quota_seen WHERE quota = $1`,
  see: `INSERT INTO godwit_quota_seen VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (quota) DO UPDATE SET vendor_limit = excluded.vendor_limit, phase_ms = excluded.phase_ms,
      blocked_until_ms = excluded.blocked_until_ms, most = excluded.most, most_before = excluded.most_before,
      from_ms = excluded.from_ms, seen_ms = excluded.seen_ms`,
  count: `INSERT INTO godwit_quota_attempts VALUES ($1, $2, 1)
    ON CONFLICT (label, outcome) DO UPDATE SET attempts = godwit_quota_attempts.attempts + 1`,
  counted: 'SELECT label, outcome, attempts FROM godwit_quota_attempts ORDER BY label, outcome',
  time: `SELECT floor(extract(epoch FROM clock_timestamp()) * 1000), offset_ms, last_ms, vendor_ahead_ms
    FROM godwit_quota_time FOR UPDATE`,
  keepTime: 'UPDATE godwit_quota_time SET boot = $1, offset_ms = $2, last_ms = $3, vendor_ahead_ms = $4',
  hear: 'UPDATE godwit_quota_time SET vendor_ahead_ms = $1',
};
