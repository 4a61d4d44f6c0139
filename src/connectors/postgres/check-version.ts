import { type Outcome, ok } from './check-outcome.ts';
import type { Session } from './sessions.ts';

/** What each version was the first to have: a server or a proxy can say any number, but not show what it lacks. */
const firstSeen: readonly (readonly [major: number, relation: string])[] = [
  [14, 'pg_stat_progress_copy'],
  [15, 'pg_publication_namespace'],
  [16, 'pg_stat_io'],
  [17, 'pg_wait_events'],
  [18, 'pg_aios'],
];

const [oldest, newest] = [14, 18];

/** The version as the server says it, held against what it calls itself and what its catalogs have. */
export async function checkVersion(session: Session): Promise<Outcome> {
  const [row] = await session.rows(query, [`{${firstSeen.map(([, relation]) => relation).join(',')}}`]);
  const [text = '', major, itself = '', there] = row ?? [];
  const said = Number(major);
  const doubt = doubtIn(String(text), said, String(itself), new Set(String(there).split(',')));
  if (doubt !== null) return { outcome: 'warn', detail: doubt, fix: rehearse };
  if (said >= oldest && said <= newest) return ok(`PostgreSQL ${text}`);
  return {
    outcome: said < oldest ? 'fail' : 'warn',
    detail: `PostgreSQL ${text}; godwit is tested with ${oldest} to ${newest}`,
    fix: 'Use a tested version, or rehearse the whole migration on this one first.',
  };
}

const query = `
  SELECT pg_catalog.current_setting('server_version'), pg_catalog.current_setting('server_version_num')::int / 10000,
    pg_catalog.version(), (SELECT string_agg(relname, ',') FROM pg_catalog.pg_class
      WHERE relnamespace = 'pg_catalog'::regnamespace AND relname = ANY ($1::text[]))`;

const rehearse =
  'Find out what answers at this address; then rehearse the whole migration on exactly that before anything is agreed.';

function doubtIn(text: string, said: number, itself: string, there: ReadonlySet<string>): string | null {
  const number = text.split(' ')[0] ?? '';
  if (!itself.startsWith(`PostgreSQL ${number}`))
    return `it says it is PostgreSQL ${text}, and calls itself ${itself.slice(0, 80)}`;
  const lacks = firstSeen.find(([major, relation]) => major <= said && !there.has(relation));
  if (lacks) return `it says it is PostgreSQL ${text}, but has no ${lacks[1]}, which version ${lacks[0]} has`;
  const beyond = firstSeen.find(([major, relation]) => major > said && there.has(relation));
  return beyond ? `it says it is PostgreSQL ${text}, but has ${beyond[1]} of version ${beyond[0]}` : null;
}
