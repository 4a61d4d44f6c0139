import type { SystemKind } from './schema.ts';

/**
 * Which system this is, so that a warrant for a sandbox schema never opens the production schema beside it, nor a physical
 * clone. Two fingerprints are the same system when all parts are the same.
 */
export interface Fingerprint {
  readonly kind: SystemKind;
  /** The server's own identity (cluster system identifier) or the file's identity row or digest. */
  readonly server: string;
  /** Host and port, or the absolute path. */
  readonly address: string;
  readonly database: string;
  readonly namespace: string;
}

/** One line, for people, ledgers and comparison. */
export function fingerprintText(fingerprint: Fingerprint): string {
  const { kind, server, address, database, namespace } = fingerprint;
  return JSON.stringify([kind, server, address, database, namespace]);
}

/** The names of the parts that differ; empty when both are the same system. */
export function fingerprintDifference(a: Fingerprint, b: Fingerprint): readonly (keyof Fingerprint)[] {
  return (['kind', 'server', 'address', 'database', 'namespace'] as const).filter(
    (part) => a[part] !== b[part],
  );
}
