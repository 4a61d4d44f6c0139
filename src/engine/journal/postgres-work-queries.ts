import type { SeenWorker } from './work-board.ts';

/** SQL: the lease of the worker of that expression lasts; `$1` is the project. */
export const alive = (worker: string): string =>
  `EXISTS (SELECT 1 FROM godwit_journal_worker AS seat WHERE seat.project = $1 AND seat.worker = ${worker}
     AND seat.left_at IS NULL AND seat.until > clock_timestamp())`;

/** Project, worker, lease. Also a lease that has run out is prolonged: what was taken over meanwhile has another token. */
export const beatQuery: string = `
  WITH beaten AS (
    UPDATE godwit_journal_worker SET seen_at = clock_timestamp(), until = clock_timestamp() + $3::interval
    WHERE project = $1 AND worker = $2 AND left_at IS NULL RETURNING worker)
  SELECT (SELECT count(*) FROM beaten),
    (SELECT token FROM godwit_journal_lead WHERE project = $1 AND worker = $2),
    (SELECT coalesce(json_agg(token::text), '[]') FROM godwit_journal_claim
     WHERE project = $1 AND worker = $2 AND state = 'held')`;

/** Of those that are there or were within a day. */
export const workersQuery: string = `
  SELECT w.worker, w.host, w.pid, w.version, w.purpose,
    to_char(w.joined_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    to_char(w.seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    CASE WHEN w.left_at IS NOT NULL THEN 'gone' WHEN w.until > clock_timestamp() THEN 'here' ELSE 'silent' END,
    EXISTS (SELECT 1 FROM godwit_journal_lead l WHERE l.project = w.project AND l.worker = w.worker),
    count(c.slice) FILTER (WHERE c.state = 'done'),
    coalesce(json_agg(c.step || ' ' || c.slice ORDER BY c.step, c.slice) FILTER (WHERE c.state = 'held'), '[]')
  FROM godwit_journal_worker w LEFT JOIN godwit_journal_claim c ON c.project = w.project AND c.worker = w.worker
  WHERE w.project = $1 AND coalesce(w.left_at, w.until) > clock_timestamp() - interval '1 day'
  GROUP BY w.project, w.worker`;

export function seenWorker(row: readonly (string | null)[]): SeenWorker {
  const [worker, host, pid, version, purpose, joinedAt, seenAt, state, leads, done, holds] = row;
  return {
    worker: worker ?? '',
    host: host ?? '',
    pid: Number(pid),
    version: version ?? '',
    purpose: purpose ?? '',
    joinedAt: joinedAt ?? '',
    seenAt: seenAt ?? '',
    state: state as SeenWorker['state'],
    leads: leads === 't' && state !== 'gone',
    slicesDone: Number(done),
    holds: JSON.parse(holds ?? '[]') as string[],
  };
}

/** What the one who leads offers, while their lease lasts. */
const offered = `
  SELECT o.* FROM godwit_journal_offer o JOIN godwit_journal_lead l ON l.project = o.project AND l.token = o.lead
  WHERE o.project = $1 AND NOT o.closed AND ${alive('l.worker')}`;

export const offersQuery: string = `
  SELECT run, step, runbook_id, version, view, position, at_once_max FROM (${offered}) AS o ORDER BY run, step`;

/**
 * Project, run, step, worker. A worker whose own lease has run out takes nothing. First what somebody left behind, then what nobody had,
 * last what failed. What is held is found by those who are gone, who are few: looking through all that is held for the one that
 * was left behind would make each claim as slow as there are workers.
 */
export const claimQuery: string = `
  WITH offer AS (
    SELECT o.*, (SELECT l.worker FROM godwit_journal_lead l WHERE l.project = $1) AS leading
    FROM (${offered}) AS o WHERE o.run = $2 AND o.step = $3 AND ${alive('$4')}),
  room AS (
    SELECT count(*) AS held FROM godwit_journal_claim
    WHERE project = $1 AND run = $2 AND step = $3 AND state = 'held'
      AND (SELECT at_once_max FROM offer) IS NOT NULL),
  left_behind AS (
    SELECT c.slice, true AS again FROM offer,
      LATERAL (SELECT w.worker FROM godwit_journal_worker w
        WHERE w.project = $1 AND (w.left_at IS NOT NULL OR w.until <= clock_timestamp()) OFFSET 0) AS gone,
      LATERAL (SELECT h.slice FROM godwit_journal_claim h
        WHERE h.project = $1 AND h.worker = gone.worker AND h.state = 'held' AND h.run = $2 AND h.step = $3
        ORDER BY h.slice LIMIT 1 FOR UPDATE SKIP LOCKED) AS c
    LIMIT 1),
  free AS (
    SELECT c.slice, c.token IS NOT NULL AS again FROM godwit_journal_claim c, offer, room
    WHERE c.project = $1 AND c.run = $2 AND c.step = $3
      AND (c.state = 'open' OR (c.state = 'failed' AND offer.leading = $4))
      AND (offer.at_once_max IS NULL OR room.held < offer.at_once_max)
      AND NOT EXISTS (SELECT 1 FROM left_behind)
    ORDER BY c.state DESC, c.slice LIMIT 1 FOR UPDATE OF c SKIP LOCKED),
  next AS (SELECT slice, again FROM left_behind UNION ALL SELECT slice, again FROM free LIMIT 1)
  UPDATE godwit_journal_claim AS mine SET state = 'held', worker = $4, token = nextval('godwit_journal_token'), code = NULL
  FROM next WHERE mine.project = $1 AND mine.run = $2 AND mine.step = $3 AND mine.slice = next.slice
  RETURNING mine.slice, mine.token, next.again`;

export const tallyQuery: string = `
  SELECT count(*) FILTER (WHERE state = 'open'),
    count(*) FILTER (WHERE state = 'held' AND ${alive('c.worker')}),
    count(*) FILTER (WHERE state = 'held' AND NOT ${alive('c.worker')}),
    count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'done'),
    coalesce(sum(rows_read), 0), coalesce(sum(rows_written), 0), coalesce(sum(rows_quarantined), 0),
    coalesce(sum(rows_purged), 0)
  FROM godwit_journal_claim c WHERE project = $1 AND run = $2 AND step = $3`;
