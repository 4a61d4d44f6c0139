import { type ErrorPlace, type Fate, GodwitError } from '../../model/index.ts';
import { faultWords, type MysqlFaultCode } from './fault-words.ts';
import { isServerError, type ServerError, wordsWithoutValues } from './server-error.ts';

/**
 * The only place that knows error numbers and driver codes. Invariants: 1. whatever comes in, a GodwitError goes out. 2. no
 * message holds a password or a value of a record.
 */
export function fault(error: unknown, where: ErrorPlace): GodwitError {
  if (error instanceof GodwitError) return error;
  const known = isServerError(error) ? serverFault(error) : driverFault(error);
  return new GodwitError({
    code: known.code,
    title: known.title,
    detail: detailOf(error),
    nextStep: known.nextStep,
    fate: known.fate,
    where,
    cause: reduced(error),
  });
}

/** A fault this shelf finds by itself. */
export function mysqlFault(
  code: MysqlFaultCode,
  detail: string,
  where: ErrorPlace = {},
  cause?: unknown,
): GodwitError {
  const { title, nextStep, fate } = faults[code];
  return new GodwitError({ code, title, detail, nextStep, fate, where, cause });
}

interface Fault {
  readonly code: string;
  readonly title: string;
  readonly nextStep: string;
  readonly fate: Fate;
}

const faults: Readonly<Record<MysqlFaultCode, Fault>> = Object.fromEntries(
  Object.entries(faultWords).map(([code, [fate, title, nextStep]]) => [
    code,
    { code, title, nextStep, fate },
  ]),
) as Record<MysqlFaultCode, Fault>;

const byNumber: readonly (readonly [code: MysqlFaultCode, ...numbers: number[]])[] = [
  ['mysql.wrong-login', 1045, 1130, 1131, 1132, 1133, 1251, 1449, 1524, 1698, 1862, 2059, 3118, 3955, 4151],
  ['mysql.unknown-database', 1044, 1049, 1046],
  ['mysql.too-many-connections', 1040, 1041, 1203, 1226],
  ['mysql.disk-full', 1021, 1026, 1030, 1114, 3675],
  ['mysql.exhausted', 1037, 1038, 1135, 1206, 3170, 1461],
  ['mysql.lock-timeout', 1205, 3572],
  ['mysql.timeout', 1317, 1969, 3024, 1028],
  ['mysql.conflict', 1213, 1614, 1020, 3101],
  ['mysql.snapshot-lost', 1412],
  ['mysql.read-only', 1290, 1792, 1836, 3989],
  ['mysql.permission', 1142, 1143, 1227, 1370, 1410, 1419],
  ['mysql.structure', 1054, 1051, 1146, 1109, 1932],
  ['mysql.went-away', 1053, 1152, 1153, 1156, 1157, 1158, 1159, 1160, 1161, 1184, 1927, 4031, 1105],
  ['mysql.tls', 3159],
];

function serverFault({ errno, sqlState }: ServerError): Fault {
  const code = byNumber.find(([, ...numbers]) => numbers.includes(errno))?.[0];
  if (code !== undefined) return faults[code];
  if (sqlState.startsWith('08')) return faults['mysql.went-away'];
  return faults['mysql.statement-refused'];
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

function driverFault(error: unknown): Fault {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  if (code === 'ERR_MODULE_NOT_FOUND') return faults['mysql.driver-missing'];
  if (unreachable.has(code)) return faults['mysql.unreachable'];
  if (isTls(code, message)) return faults['mysql.tls'];
  if (error instanceof AggregateError) return driverFault(error.errors[0]);
  return faults['mysql.went-away'];
}

function isTls(code: string, message: string): boolean {
  return (
    /CERT|_TLS_|_SSL_|EPROTO|SELF_SIGNED|ALTNAME|HANDSHAKE_SSL|HANDSHAKE_NO_SSL/.test(code) ||
    /secure connection|does not support SSL/i.test(message)
  );
}

function detailOf(error: unknown): string {
  if (isServerError(error)) return `${wordsWithoutValues(error)} (error ${error.errno})`;
  return error instanceof Error && error.message !== ''
    ? error.message
    : String((error as { code?: string })?.code ?? error);
}

/** The driver's own error carries the statement, and with it values of records. */
function reduced(error: unknown): unknown {
  if (isServerError(error)) return { errno: error.errno, sqlState: error.sqlState };
  if (!(error instanceof Error)) return error;
  return { name: error.name, code: (error as { code?: unknown }).code };
}
