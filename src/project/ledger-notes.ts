import { bodyErased, type Entry, SealedBodies } from '../ledger/index.ts';
import { GodwitError } from '../model/index.ts';
import type { Project } from './project.ts';

/** The type of the entry by which a person tells the ledger what no program saw: what was done by hand, said, or seen. */
const personNoted = 'person-noted';

export interface LedgerNote {
  readonly entry: number;
  readonly by: string;
  readonly time: string;
  /** Null when it is not here: erased, or kept where it was written. */
  readonly text: string | null;
  readonly erased: boolean;
}

/** `godwit ledger note`: the ledger gets a salted digest; the text lies sealed beside it and can be erased. */
export async function noteInLedger(project: Project, person: string, text: string): Promise<LedgerNote> {
  const bodyDigest = bodiesOf(project).keep({ text });
  const ledger = project.ledger();
  ledger.append([{ type: personNoted, actor: person, bodyDigest }]);
  await ledger.flush();
  return await readNote(project, entryWith(project, (entry) => entry.bodyDigest === bodyDigest).seq);
}

/** `godwit ledger read`. Throws `project.no-body`. */
export async function readNote(project: Project, seq: number): Promise<LedgerNote> {
  const entry = withoutBody(project, seq);
  const body = bodiesOf(project).read(entry.bodyDigest) as { readonly text: string } | undefined;
  return {
    entry: seq,
    by: entry.actor,
    time: entry.time,
    text: body?.text ?? null,
    erased: erasureOf(project, seq) !== undefined,
  };
}

/**
 * `godwit ledger erase`: takes body and salt of an entry away. The ledger says who did it and why before it is done, once; the
 * entry itself, its place and everything signed over it stay. Repeated after a crash it ends what it began. Throws `project.no-body`.
 */
export async function eraseBody(
  project: Project,
  person: string,
  { entry: seq, reason }: { readonly entry: number; readonly reason: string },
): Promise<{ readonly entry: number; readonly gone: boolean }> {
  const entry = withoutBody(project, seq);
  if (erasureOf(project, seq) === undefined) {
    const ledger = project.ledger();
    ledger.append([{ type: bodyErased, actor: person, body: { entry: seq, reason } }]);
    await ledger.flush();
  }
  return { entry: seq, gone: bodiesOf(project).erase(entry.bodyDigest) };
}

function bodiesOf(project: Project): SealedBodies {
  return new SealedBodies(project.statePath('ledger'), () => project.seal(), project.random);
}

function erasureOf(project: Project, seq: number): Entry | undefined {
  for (const entry of project.ledger().entries())
    if (entry.type === bodyErased && (entry.body as { readonly entry: number }).entry === seq) return entry;
  return undefined;
}

function withoutBody(project: Project, seq: number): Entry {
  const entry = entryWith(project, (one) => one.seq === seq);
  if (!Object.hasOwn(entry, 'body')) return entry;
  throw noBody(
    seq,
    'what it says stands in the ledger itself, and stays: no value of a record is ever written there',
  );
}

function entryWith(project: Project, fits: (entry: Entry) => boolean): Entry {
  for (const entry of project.ledger().entries()) if (fits(entry)) return entry;
  throw noBody(null, 'the ledger has no such entry');
}

function noBody(seq: number | null, detail: string): GodwitError {
  return new GodwitError({
    code: 'project.no-body',
    title: seq === null ? 'There is no such entry' : `Entry ${seq} has no body that is kept sealed`,
    detail,
    nextStep:
      '`godwit ledger show` lists the entries; those that a person noted are of the type `person-noted`.',
    fate: 'never',
  });
}
