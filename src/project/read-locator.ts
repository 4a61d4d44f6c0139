import { GodwitError } from '../model/index.ts';

/**
 * A system as people type it on a command line, as lines of `godwit.yaml`:
 * `sqlite:old.sqlite`, `postgres://user@host:5432/database?schema=public&tls=off`, `mysql://user@host:3306/database`,
 * `csv:exports`, `jsonl:exports`, `hubspot:https://api.hubapi.com?objects=contacts,companies`.
 */
export interface Locator {
  readonly kind: 'sqlite' | 'postgres' | 'mysql' | 'csv' | 'jsonl' | 'hubspot';
  /** The lines below `source:` or `target:`, key and value. */
  readonly lines: readonly (readonly [key: string, value: LocatedValue, comment?: string])[];
}

export type LocatedValue = string | readonly string[] | Readonly<Record<string, string>>;

const accepted =
  'sqlite:<file>, postgres://<user>@<host>[:port]/<database>[?schema=name&tls=verify|off], mysql://<user>@<host>[:port]/<database>[?tls=verify|off], csv:<folder>, jsonl:<folder> or hubspot:<address>[?objects=<name>,<name>]';

/** Throws `project.unreadable-locator`. A password in it is refused: it would end up in shell histories and files. */
export function readLocator(text: string, role: 'source' | 'target'): Locator {
  const file = /^(sqlite|csv|jsonl):(?!\/\/)(.+)$/.exec(text);
  if (file) return fileLocator(file[1] as 'sqlite' | 'csv' | 'jsonl', file[2] ?? '');
  const account = /^hubspot:(https?:\/\/.+)$/.exec(text)?.[1];
  if (account !== undefined) return hubspotLocator(text, role, account);
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

function hubspotLocator(text: string, role: 'source' | 'target', address: string): Locator {
  const url = URL.parse(address);
  if (url === null || url.username !== '' || url.password !== '')
    throw unreadable(text, 'it is not a plain address', `Write it as ${accepted}.`);
  const stray = [...url.searchParams.keys()].find((name) => name !== 'objects');
  if (stray !== undefined)
    throw unreadable(text, `${stray} is not known behind the ?`, 'Accepted there: objects.');
  const objects = url.searchParams.get('objects')?.split(',');
  const variable = `GODWIT_${role.toUpperCase()}_TOKEN`;
  return {
    kind: 'hubspot',
    lines: [
      ['kind', 'hubspot'],
      ['api', url.origin],
      [
        'sign_in',
        { by: 'access-token', token_env: variable },
        `the token of a private app is read from the environment variable ${variable}`,
      ],
      ...(objects === undefined ? [] : [['objects', objects] as const]),
    ],
  };
}

function serverLocator(text: string, role: 'source' | 'target', kind: 'postgres' | 'mysql'): Locator {
  const url = URL.parse(text);
  if (url === null) throw unreadable(text, 'it is not a URL', `Write it as ${accepted}.`);
  if (url.password !== '')
    throw unreadable(
      text,
      'it holds a password',
      'Leave the password out; godwit reads it from an environment variable that godwit.yaml names.',
    );
  const [user, host, database] = decodedParts(text, url);
  if (user === '' || database === '')
    throw unreadable(text, 'the user or the database is missing', `Write it as ${accepted}.`);
  const { schema = 'public', tls = 'verify' } = readParameters(text, url, kind);
  const variable = `GODWIT_${role.toUpperCase()}_PASSWORD`;
  return {
    kind,
    lines: [
      ['kind', kind],
      ['host', host],
      ['port', url.port === '' ? (kind === 'postgres' ? '5432' : '3306') : url.port],
      ['database', database],
      ...(kind === 'postgres' ? [['schema', schema] as const] : []),
      ['user', user],
      ['password_env', variable, `the password is read from the environment variable ${variable}`],
      ['tls', tls, 'verify, off, or ca: <certificate file>'],
    ],
  };
}

function decodedParts(text: string, url: URL): readonly [user: string, host: string, database: string] {
  try {
    const [user, host, database] = [url.username, url.hostname, url.pathname.slice(1)].map(
      decodeURIComponent,
    );
    return [user ?? '', host ?? '', database ?? ''];
  } catch {
    throw unreadable(text, 'a % in it is not followed by two hexadecimal digits', 'Write a % itself as %25.');
  }
}

/** What stands behind the question mark. One that is not known is refused: passed over, it would look as if it held. */
function readParameters(
  text: string,
  url: URL,
  kind: 'postgres' | 'mysql',
): Readonly<Record<string, string>> {
  const known = kind === 'postgres' ? ['schema', 'tls'] : ['tls'];
  for (const [name, value] of url.searchParams) {
    if (!known.includes(name))
      throw unreadable(text, `${name} is not known behind the ?`, `Accepted there: ${known.join(', ')}.`);
    if (name === 'tls' && !['verify', 'off'].includes(value))
      throw unreadable(
        text,
        `tls is ${value}`,
        'Accepted: verify or off; the file of an own authority is named in godwit.yaml.',
      );
  }
  return Object.fromEntries(url.searchParams);
}

/** What was given is repeated without what could be a password: between user and host, and behind the question mark. */
function unreadable(text: string, detail: string, nextStep: string): GodwitError {
  const shown = text.replace(/:\/\/([^/?#:]*):.*@/, '://$1:...@').replace(/\?.*$/s, '?...');
  return new GodwitError({
    code: 'project.unreadable-locator',
    title: `"${shown}" does not name a system`,
    detail,
    nextStep,
    fate: 'never',
  });
}
