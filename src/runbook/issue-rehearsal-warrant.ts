import { type Fingerprint, fingerprintText, Warrant } from '../model/index.ts';
import { refused } from './refusal.ts';

/**
 * The right to write to a sandbox, without anybody's approval: bound to the sandbox, and refused when the sandbox is the
 * live target or source, also under another address.
 */
export function issueRehearsalWarrant(request: RehearsalRequest): Warrant {
  const { runbookId, steps, sandbox, target, source, expiresAt } = request;
  for (const [role, live] of [['target', target] as const, ['source', source] as const]) {
    if (isSameSystem(sandbox, live))
      throw refused([
        {
          code: 'runbook.sandbox-is-live',
          what: `${fingerprintText(sandbox)} is the ${role} ${fingerprintText(live)}`,
        },
      ]);
  }
  return Warrant.issue({ runbookId, world: 'rehearsal', target: sandbox, steps, expiresAt, approvals: [] });
}

export interface RehearsalRequest {
  /** Id of the draft that is rehearsed. */
  readonly runbookId: string;
  readonly steps: readonly string[];
  readonly sandbox: Fingerprint;
  readonly target: Fingerprint;
  readonly source: Fingerprint;
  /** ISO instant in UTC. */
  readonly expiresAt: string;
}

/** A server holds many systems at one address; a path is one. */
function isOfFiles({ kind }: Fingerprint): boolean {
  return kind !== 'postgres' && kind !== 'mysql';
}

/**
 * A server is reached under many addresses (localhost, 127.0.0.1, a name) and a file under many paths (links), so another
 * address alone does not make another system; and one path is one file, whatever its identity says.
 */
function isSameSystem(a: Fingerprint, b: Fingerprint): boolean {
  if (isOfFiles(a) && isOfFiles(b) && a.address === b.address) return true;
  return (
    a.kind === b.kind && a.server === b.server && a.database === b.database && a.namespace === b.namespace
  );
}
