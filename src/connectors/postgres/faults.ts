import { DatabaseError } from 'pg';
import { type ErrorPlace, type Fate, GodwitError } from '../../model/index.ts';
import { faultWords, type PostgresFaultCode } from './fault-words.ts';

/**
 * The only place that knows SQLSTATE and driver codes. Invariants: 1. whatever comes in, a GodwitError goes out. 2. no
 * message holds a password or a value of a record that is not the caller's own: the server's `detail` and `where` are dropped.
 */
export function fault(error: unknown, where: ErrorPlace): GodwitError {
  if (error instanceof GodwitError) return error;
  const known = error instanceof DatabaseError ? serverFault(error) : driverFault(error);
  return new GodwitError({
    code: known.code,
    title: known.title,
    detail: withoutValues(error),
    nextStep: known.nextStep,
    fate: known.fate,
    where,
    cause: reduced(error),
  });
}

/** A fault this shelf finds by itself. */
export function postgresFault(
  code: PostgresFaultCode,
  detail: string,
  where: ErrorPlace = {},
  cause?: unknown,
): GodwitError {
  const { title, nextStep, fate } = faults[code];
  return new GodwitError({ code, title, detail, nextStep, fate, where, cause });
}

/** A value the type cannot hold or the server cannot read (SQLSTATE class 22). */
export function isDataException(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code ?? '').startsWith('22');
}

interface Fault {
  readonly code: string;
  readonly title: string;
  readonly nextStep: string;
  readonly fate: Fate;
}

const faults: Readonly<Record<PostgresFaultCode, Fault>> = Object.fromEntries(
  Object.entries(faultWords).map(([code, [fate, title, nextStep]]) => [
    code,
    { code, title, nextStep, fate },
  ]),
) as Record<PostgresFaultCode, Fault>;

const byState: readonly (readonly [pattern: RegExp, code: PostgresFaultCode])[] = [
  [/^28/, 'postgres.wrong-login'],
  [/^3D000/, 'postgres.unknown-database'],
  [/^53100/, 'postgres.disk-full'],
  [/^53300/, 'postgres.too-many-connections'],
  [/^(53|54001|58030)/, 'postgres.exhausted'],
  [/^55P03/, 'postgres.lock-timeout'],
  [/^57014/, 'postgres.timeout'],
  [/^(57P|08|25P0[34])/, 'postgres.went-away'],
  [/^40/, 'postgres.conflict'],
  [/^25006/, 'postgres.read-only'],
  [/^(42P01|42703|42704|3F000|42883)/, 'postgres.structure'],
];

function serverFault(error: DatabaseError): Fault {
  const state = error.code ?? '';
  // 42501 is both: only the file that raised it tells a hidden row from a missing privilege, in every language.
  if (state === '42501')
    return faults[byRowSecurity(error) ? 'postgres.row-security' : 'postgres.permission'];
  const pooler = state === '08P01' ? poolerFault(error.message) : null;
  if (pooler !== null) return faults[pooler];
  const code = byState.find(([pattern]) => pattern.test(state))?.[1] ?? 'postgres.statement-refused';
  return faults[code];
}

/** A pooler speaks with the server's voice, always in English. */
function poolerFault(message: string): PostgresFaultCode | null {
  if (/pooling mode/.test(message)) return 'postgres.shared-sessions';
  if (/query_wait_timeout/.test(message)) return 'postgres.too-many-connections';
  return /startup parameter/.test(message) ? 'postgres.pooler-parameter' : null;
}

function byRowSecurity(error: DatabaseError): boolean {
  return /rls|rowsecurity/i.test(error.file ?? '') || /row-level security/.test(error.message);
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);

function driverFault(error: unknown): Fault {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  if (unreachable.has(code) || /timeout expired/.test(message)) return faults['postgres.unreachable'];
  if (isTls(code, message)) return faults['postgres.tls'];
  if (/SASL|password must be/i.test(message)) return faults['postgres.wrong-login'];
  if (error instanceof AggregateError) return driverFault(error.errors[0]);
  return faults['postgres.went-away'];
}

function isTls(code: string, message: string): boolean {
  return (
    /CERT|_TLS_|_SSL_|EPROTO|SELF_SIGNED|ALTNAME/.test(code) ||
    /does not support SSL|SSL connection/.test(message)
  );
}

/** The server's first sentence: names and the caller's own value, never the `detail` with values of other records. */
function withoutValues(error: unknown): string {
  if (error instanceof DatabaseError) return `${error.message} (SQLSTATE ${error.code ?? 'unknown'})`;
  return error instanceof Error && error.message !== ''
    ? error.message
    : String((error as { code?: string })?.code ?? error);
}

function reduced(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const { code, severity, schema, table, column, constraint, routine } = error;
  return { sqlState: code, severity, schema, table, column, constraint, routine };
}
