import type { Notary } from '../host/index.ts';
import { canonicalJson, parseStrictJson } from '../ledger/index.ts';
import type { Runbook } from '../model/index.ts';
import { runbookUnreadable } from './faults.ts';
import { runbookForm } from './runbook-form.ts';

/** The bytes people sign: RFC 8785 of the runbook, whatever file it was rendered to. */
export function runbookBytes(runbook: Runbook): Uint8Array {
  return new TextEncoder().encode(canonicalJson(runbook));
}

/** `sha256:` of those bytes: the runbook's name in approvals, warrants and the ledger. */
export function runbookId(runbook: Runbook, digest: Notary['digest']): string {
  return digest(runbookBytes(runbook));
}

/** The runbook of exactly such bytes. Another spelling of the same content is refused: it has another digest. */
export function readRunbook(bytes: Uint8Array): Runbook {
  const runbook = checkRunbook(parseStrictJson(bytes));
  if (canonicalJson(runbook) !== new TextDecoder().decode(bytes))
    throw runbookUnreadable('it is not in its canonical form');
  return runbook;
}

/** Throws `runbook.unreadable` with the place of the first fault. */
export function checkRunbook(content: unknown): Runbook {
  const version = (content as { formatVersion?: unknown } | null)?.formatVersion;
  if (version !== 1)
    throw runbookUnreadable(`its format version is ${JSON.stringify(version)}, this godwit reads 1`);
  const read = runbookForm.safeParse(content);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw runbookUnreadable(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'has another form'}`);
  }
  const ids = read.data.steps.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw runbookUnreadable(`two steps are named ${twice}`);
  const passing = read.data.steps.find(({ irreversible, holds }) => irreversible && holds === undefined);
  if (passing)
    throw runbookUnreadable(`${passing.id} cannot be taken back, and the run is not held before it`);
  return frozen(read.data);
}

function frozen<Content>(content: Content): Content {
  if (content !== null && typeof content === 'object') {
    for (const part of Object.values(content)) frozen(part);
    Object.freeze(content);
  }
  return content;
}
