import { GodwitError } from '../model/index.ts';

/**
 * A system as people type it on a command line, as lines of `godwit.yaml`:
 * `sqlite:old.sqlite`, `postgres://user@host:5432/database?schema=public&tls=off`, `mysql://user@host:3306/database`,
 * `csv:exports`, `jsonl:exports`.
 */
export interface Locator {
  readonly kind: 'sqlite' | 'postgres' | 'mysql' | 'csv' | 'jsonl';
  /** The lines below `source:` or `target:`, key and value. */
  readonly lines: readonly (readonly [key: string, value: string, comment?: string])[];
}

const accepted =
  'sqlite:<file>, postgres://<user>@<host>[:port]/<database>[?schema=name&tls=verify|off], mysql://<user>@<host>[:port]/<database>[?tls=verify|off], csv:<folder> or jsonl:<folder>';

/** Throws `project.unreadable-locator`. A password in it is refused: it would end up in shell histories and files. */
export function readLocator(text: string, role: 'source' | 'target'): Locator {
  const file = /^(sqlite|csv|jsonl):(?!\/\/)(.+)$/.exec(text);
  if (file) return fileLocator(file[1] as 'sqlite' | 'csv' | 'jsonl', file[2] ?? '');
  const server = /^(?:(postgres(?:ql)?)|mysql|mariadb):\/\//.exec(text);
  if (server) return serverLocator(text, role, server[1] === undefined ? 'mysql' : 'postgres');
  throw unreadable(text, `accepted: ${accepted}`, `Give --${role} one of the accepted forms.`);
}

function fileLocator(kind: 'sqlite' | 'csv' | 'jsonl', path: string): Locator {
  return {
    kind,
    lines: [
      ['kind', kind],
      [kind === 'sqlite' ? 'path' : 'folder', path],
    ],
  };
}

function serverLocator(text: string, role: 'source' | 'target', kind: 'postgres' | 'mysql'): Locator {
  const url = URL.parse(text);
  if (url === null) throw unreadable(`${kind}://...`, 'it is not a URL', `Write it as ${accepted}.`);
  if (url.password !== '') {
    throw unreadable(
      `${kind}://${url.username}:...@${url.host}`,
      'it holds a password',
      'Leave the password out; godwit reads it from an environment variable that godwit.yaml names.',
    );
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  if (url.username === '' || database === '')
    throw unreadable(text, 'the user or the database is missing', `Write it as ${accepted}.`);
  const variable = `GODWIT_${role.toUpperCase()}_PASSWORD`;
  return {
    kind,
    lines: [
      ['kind', kind],
      ['host', decodeURIComponent(url.hostname)],
      ['port', url.port === '' ? (kind === 'postgres' ? '5432' : '3306') : url.port],
      ['database', database],
      ...(kind === 'postgres' ? [['schema', url.searchParams.get('schema') ?? 'public'] as const] : []),
      ['user', decodeURIComponent(url.username)],
      ['password_env', variable, `the password is read from the environment variable ${variable}`],
      ['tls', url.searchParams.get('tls') ?? 'verify', 'verify, off, or ca: <certificate file>'],
    ],
  };
}

function unreadable(text: string, detail: string, nextStep: string): GodwitError {
  return new GodwitError({
    code: 'project.unreadable-locator',
    title: `"${text}" does not name a system`,
    detail,
    nextStep,
    fate: 'never',
  });
}
