import { sha256 } from '../../host/index.ts';
import type { Fingerprint } from '../../model/index.ts';
import type { MysqlAddress } from './address.ts';
import type { Session, Sessions } from './sessions.ts';

/** The server's own identity, where it is, and which database: a sandbox beside production is another system. */
export async function fingerprintOf(sessions: Sessions, address: MysqlAddress): Promise<Fingerprint> {
  return sessions.lend(async (session) => {
    const [row] = await session.rows('SELECT database()');
    return {
      kind: 'mysql',
      server: await serverIdentity(session),
      address: `${address.host.toLowerCase()}:${address.port}`,
      database: String(row?.[0]),
      namespace: String(row?.[0]),
    };
  });
}

/** MySQL has an identity of its own, MariaDB one since 10.6 or so; else the machine, port and folder stand for it. */
async function serverIdentity(session: Session): Promise<string> {
  const rows = await session.rows(
    `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('server_uuid', 'server_uid', 'hostname', 'port', 'datadir')`,
  );
  const said = new Map(rows.map(([name, value]) => [String(name), String(value)]));
  const own = said.get('server_uuid') ?? said.get('server_uid');
  if (own !== undefined && own !== '') return `server ${own}`;
  const place = ['hostname', 'port', 'datadir'].map((name) => said.get(name));
  return `place ${sha256(JSON.stringify(place)).slice(0, 23)}`;
}

/**
 * Version, and whether the server's table of time zones is filled, with a digest of what it says where editions differ. This
 * shelf itself converts no zone: every session is fixed to UTC.
 */
export async function describeServer(
  sessions: Sessions,
): Promise<{ readonly version: string; readonly tzdata: string }> {
  return sessions.lend(async (session) => {
    const { family, versionText } = session.facts;
    const probes = zones.flatMap((zone) =>
      moments.map((moment) => `CONVERT_TZ('${moment}', '+00:00', '${zone}')`),
    );
    const [row] = await session.rows(`SELECT CONCAT_WS(',', ${probes.join(', ')})`);
    const rules = row?.[0] ?? '';
    const tzdata = rules === '' ? 'no named zones' : `rules ${sha256(rules).slice(0, 16)}`;
    return { version: `${family} ${versionText}`, tzdata };
  });
}

const zones = ['Europe/Stockholm', 'Europe/Dublin', 'Africa/Casablanca', 'America/Sao_Paulo', 'Asia/Almaty'];
const moments = ['1971-01-01 12:00:00', '2011-12-30 12:00:00', '2024-07-01 12:00:00', '2030-07-01 12:00:00'];
