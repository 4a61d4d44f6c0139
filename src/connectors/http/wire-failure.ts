/**
 * Why there was no answer. `never-sent`: no connection, so nothing was carried out. `lost`: the call may have arrived.
 * `certificate`: the other side did not prove who it is; nothing was sent.
 */
export interface WireFailure {
  readonly kind: 'never-sent' | 'lost' | 'certificate';
  /** A code of the system or of TLS, or words of ours: never a part of what was sent. */
  readonly why: string;
}

/** Our own limit of time that was reached. */
export class TimeOver extends Error {}

const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const ofCertificate =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

export function readFailure(error: unknown): WireFailure {
  const code = codeOf(error);
  if (neverSent.has(code)) return { kind: 'never-sent', why: code };
  if (ofCertificate.test(code)) return { kind: 'certificate', why: code };
  return { kind: 'lost', why: error instanceof TimeOver ? error.message : code };
}

function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return error instanceof Error && error.name === 'AbortError' ? 'cut off' : 'broken connection';
}
