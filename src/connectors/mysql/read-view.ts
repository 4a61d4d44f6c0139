import type { Session } from './sessions.ts';

/**
 * Whether this session, with a consistent snapshot open, provably sees what another one sees that has one open too: InnoDB
 * tells of every open view from which transaction on it sees none, and up to which it sees all. Where both numbers are one,
 * nothing was under way; where they are the same in both views, nothing began in between.
 *
 * False also where it cannot be told: something was under way, or the right to see the status (PROCESS) is missing.
 */
export async function seesTheSame(session: Session, other: string): Promise<boolean> {
  const [own] = await session.rows('SELECT connection_id()');
  const [row] = await session.rows('SHOW ENGINE INNODB STATUS');
  const status = row?.[2] ?? '';
  const views = [String(own?.[0]), other].map((connection) => viewOf(status, connection));
  return views[0] !== null && views[0] === views[1];
}

/** The number up to which a connection's view sees all transactions, and from which on none; null where it is not told. */
export function viewOf(status: string, connection: string): string | null {
  const mine = status
    .split(/^---TRANSACTION /m)
    .filter((text) => new RegExp(`^(?:MariaDB|MySQL) thread id ${connection}, `, 'm').test(text));
  const [, from, upTo] =
    /^Trx read view will not see trx with id >= (\d+), sees < (\d+)$/m.exec(mine[0] ?? '') ?? [];
  return mine.length === 1 && from !== undefined && from === upTo ? from : null;
}
