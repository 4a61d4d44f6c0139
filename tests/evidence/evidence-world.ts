import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Clock,
  digestOf,
  type SigningKey,
  type SshKey,
  sealFromPassphrase,
  signingKeyFromSeed,
  verifySignature,
} from '../../src/host/index.ts';
import {
  acceptCosignatures,
  blindBody,
  bundleText,
  canonicalJson,
  type DecisionKey,
  type DecisionKind,
  type Entry,
  type Envelope,
  envelopeId,
  FileLedger,
  type LedgerVerdict,
  lastCosigned,
  newestNotes,
  offerFrom,
  offerText,
  signDecision,
  type TrustRoot,
  verifyLedger,
  Witness,
} from '../../src/ledger/index.ts';
import { Secret } from '../../src/model/index.ts';

/** What is different from a move that went as it should. */
export interface EvidenceOptions {
  readonly sliceEntries?: number;
  readonly witnesses?: number;
  /** Who approves, in order; Ben unless told. Ada wrote the mapping and runs. */
  readonly approvals?: readonly ApprovalAct[];
  readonly people?: number;
  /** What is needed besides. */
  readonly forRisk?: readonly { readonly risk: string; readonly role: string; readonly people: number }[];
  readonly mappingShown?: boolean;
  readonly benSigns?: 'dsse' | 'ssh';
  /** Ben's approval is recorded only behind the start of the run. */
  readonly late?: boolean;
  /** When Ben's key counts. */
  readonly bensTime?: { readonly notBefore: string | null; readonly notAfter: string | null };
  /** What the people section says every approval takes. */
  readonly leastPeople?: number;
  readonly glass?: GlassAct;
  /** Members of the runbook that are otherwise. */
  readonly runbook?: Readonly<Record<string, unknown>>;
  /** The ledger speaks of a restore drill. */
  readonly evidence?: boolean;
  /** What the engine said of steps: type of the entry, and step. */
  readonly steps?: readonly (readonly [type: string, step: string])[];
}

/** Somebody lets it run without the approvals it lacks; the owner may. */
export interface GlassAct {
  readonly by: 'Ben' | 'Cleo';
  /** False: no rule lets anybody do it. */
  readonly ruled?: boolean;
  readonly late?: boolean;
  readonly withdrawn?: boolean;
  readonly time?: string;
  readonly expiresAt?: string;
  readonly reviewedBy?: readonly ('Ada' | 'Ben' | 'Cleo')[];
}

export interface ApprovalAct {
  readonly by: 'Ada' | 'Ben' | 'Cleo';
  readonly decision?: 'approve' | 'reject';
  readonly role?: 'approver' | 'owner';
  readonly expiresAt?: string;
  readonly withdrawn?: boolean;
  readonly hidden?: boolean;
  /** In whose name it is signed; the signer's own unless told. */
  readonly named?: 'Ada' | 'Ben' | 'Cleo';
}

const key = (fill: number): SigningKey => signingKeyFromSeed(new Uint8Array(32).fill(fill));
export const runner: SigningKey = key(1);
const people = {
  Ada: { key: key(11), roles: ['approver', 'author', 'operator'] },
  Ben: { key: key(12), roles: ['approver', 'owner'] },
  Cleo: { key: key(13), roles: ['approver'] },
} as const;
export const bensKey: SigningKey = people.Ben.key;
export const witnesses: readonly SigningKey[] = [key(21), key(22)];
const project = 'crm';
const origin = 'godwit/crm';

/** Ten seconds an entry, from the first of November on. */
function evidenceClock(): Clock {
  let at = Date.parse('2026-11-01T08:00:00.000Z');
  return {
    now: () => new Date((at += 10_000)).toISOString(),
    elapsedMs: () => 0,
    sleep: async () => undefined,
  };
}

/** A ledger of one move, with everything a bundle of it needs. The folder is the caller's to remove. */
export class EvidenceWorld {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'godwit-evidence-'));
  readonly envelopes: Envelope[] = [];
  readonly policy: string;
  runbook = '';
  readonly #clock = evidenceClock();
  readonly #options: EvidenceOptions;
  readonly #hidden = new Set<string>();

  private constructor(options: EvidenceOptions) {
    this.#options = options;
    const listed = Object.entries(people).map(([name, { key: own, roles }]) => ({
      keys: [own.publicKey],
      name,
      revoked: [],
      roles: [...roles],
      ...(name === 'Ben' && options.bensTime
        ? { windows: [{ key: own.publicKey, ...options.bensTime }] }
        : {}),
    }));
    const { leastPeople, glass } = options;
    this.policy = canonicalJson({
      people: listed,
      ...(leastPeople === undefined
        ? {}
        : { approvals: { role: 'approver', people: leastPeople, authorMayBeOnlyApprover: false } }),
      ...(glass && glass.ruled !== false ? { breakGlass: { role: 'owner', reviewHours: 72 } } : {}),
    });
  }

  static async make(options: EvidenceOptions = {}): Promise<EvidenceWorld> {
    const world = new EvidenceWorld(options);
    await world.#live();
    return world;
  }

  get ledgerFolder(): string {
    return join(this.folder, 'ledger');
  }

  trust(changes: Partial<TrustRoot> = {}): TrustRoot {
    const needed = this.#options.witnesses ?? 1;
    return {
      format: 'godwit-trust/1',
      project,
      origin,
      runnerKey: runner.publicKey,
      policies: [digestOf(this.policy)],
      witnesses: witnesses.map((one, at) => ({ name: `w${at + 1}.example`, publicKey: one.publicKey })),
      witnessesNeeded: needed,
      ...changes,
    };
  }

  /** The whole ledger, or only the chosen entries. */
  bundle(chosen: ((entry: Entry) => boolean) | null = null): string {
    return bundleText({
      project,
      origin,
      folder: this.ledgerFolder,
      notes: newestNotes(this.ledgerFolder, this.trust(), verifySignature).notes,
      policies: [this.policy],
      runbooks: [this.runbook],
      envelopes: this.envelopes.filter((envelope) => !this.#hidden.has(envelopeId(envelope))),
      chosen,
    });
  }

  open(): FileLedger {
    return FileLedger.open({ folder: this.ledgerFolder, origin, clock: this.#clock });
  }

  async #live(): Promise<void> {
    const { sliceEntries = 12, approvals = [{ by: 'Ben' }], late = false } = this.#options;
    using ledger = this.open();
    const mapping = this.#sign(
      'mapping-signature',
      { mapping: digestOf('mapping'), author: 'Ada' },
      people.Ada.key,
    );
    if (this.#options.mappingShown === false) this.#hidden.add(envelopeId(mapping));
    this.runbook = canonicalJson({
      project,
      policyDigest: digestOf(this.policy),
      mappingSignature: envelopeId(mapping),
      approvals: {
        role: 'approver',
        people: this.#options.people ?? 1,
        authorMayBeOnlyApprover: false,
        ...(this.#options.forRisk ? { forRisk: this.#options.forRisk } : {}),
      },
      evidence: [{ name: 'findings', digest: digestOf('findings') }],
      steps: ['copy people'],
      ...this.#options.runbook,
    });
    const id = digestOf(this.runbook);
    this.#record(ledger, 'Ada', mapping, 'mapping-signature', digestOf('mapping'));
    ledger.append([{ type: 'runbook-planned', actor: 'godwit', body: { runbook: id, steps: 1 } }]);
    await this.#checkpoint(ledger);
    const drill = { kind: 'restore-drill', evidence: digestOf('a drill'), passed: true };
    if (this.#options.evidence === true)
      ledger.append([{ type: 'evidence-recorded', actor: 'godwit', body: drill }]);
    if (!late) for (const act of approvals) this.#approve(ledger, id, act);
    const { glass } = this.#options;
    if (glass && glass.late !== true) this.#breakGlass(ledger, id, glass);
    await this.#checkpoint(ledger);
    ledger.append([
      { type: 'run-started', actor: 'Ada', body: { run: 'run_1', runbook: id, approvals: [] } },
      {
        type: 'record-kept-back',
        actor: 'engine',
        bodyDigest: blindBody(seal, { name: 'Ødegård', born: '1990' }),
      },
    ]);
    if (glass?.late === true) this.#breakGlass(ledger, id, glass);
    if (late) for (const act of approvals) this.#approve(ledger, id, act);
    for (let at = 0; at < sliceEntries; at += 1)
      ledger.append([{ type: 'slice-committed', actor: 'engine', body: { run: 'run_1', slice: at } }]);
    for (const [type, step] of this.#options.steps ?? [])
      ledger.append([{ type, actor: 'engine', body: { run: 'run_1', step } }]);
    ledger.append([
      { type: 'run-ended', actor: 'Ada', body: { run: 'run_1', outcome: 'done' } },
      { type: 'audit-ended', actor: 'godwit', body: { run: 'run_1', differences: 0, roots: [] } },
    ]);
    for (const by of glass?.reviewedBy ?? []) this.#review(ledger, id, by);
    await this.#checkpoint(ledger);
  }

  #approve(ledger: FileLedger, runbook: string, act: ApprovalAct): void {
    const { by, decision = 'approve', role = 'approver', expiresAt = '2026-12-01T00:00:00.000Z' } = act;
    const signer =
      by === 'Ben' && this.#options.benSigns === 'ssh' ? sshKeyOf(people.Ben.key) : people[by].key;
    const body = {
      runbook,
      decision,
      approver: act.named ?? by,
      role,
      shown: digestOf('shown'),
      reason: null,
      expiresAt,
    };
    const envelope = this.#sign('approval', body, signer);
    this.#record(ledger, by, envelope, 'approval', runbook);
    if (act.hidden === true) this.#hidden.add(envelopeId(envelope));
    if (act.withdrawn === true)
      ledger.append([{ type: 'decision-withdrawn', actor: by, body: { envelope: envelopeId(envelope) } }]);
  }

  #glass = '';

  #breakGlass(ledger: FileLedger, runbook: string, act: GlassAct): void {
    const { by, expiresAt = '2026-11-01T20:00:00.000Z', time } = act;
    const body = { runbook, brokenBy: by, role: 'owner', reason: 'an emergency', shown: digestOf('shown') };
    const dated = { ...body, expiresAt, ...(time === undefined ? {} : { time }) };
    const envelope = this.#sign('break-glass', dated, people[by].key);
    this.#glass = envelopeId(envelope);
    this.#record(ledger, by, envelope, 'break-glass', runbook);
    if (act.withdrawn === true)
      ledger.append([{ type: 'decision-withdrawn', actor: by, body: { envelope: this.#glass } }]);
  }

  #review(ledger: FileLedger, runbook: string, by: 'Ada' | 'Ben' | 'Cleo'): void {
    const body = {
      runbook,
      breakGlass: this.#glass,
      verdict: 'justified',
      reason: 'it was one',
      reviewedBy: by,
      role: 'approver',
      shown: digestOf('shown'),
    };
    this.#record(
      ledger,
      by,
      this.#sign('break-glass-review', body, people[by].key),
      'break-glass-review',
      runbook,
    );
  }

  #sign(kind: DecisionKind, body: object, signer: DecisionKey): Envelope {
    const nonce = `nonce number ${this.envelopes.length} of all`;
    const frame = { formatVersion: 1, project, time: this.#clock.now(), nonce };
    const envelope = signDecision(kind, { ...frame, ...body } as never, [signer]);
    this.envelopes.push(envelope);
    return envelope;
  }

  #record(ledger: FileLedger, actor: string, envelope: Envelope, kind: string, about: string): void {
    ledger.append([
      { type: 'decision-recorded', actor, body: { envelope: envelopeId(envelope), kind, about } },
    ]);
  }

  /** Signed by the runner, and by as many witnesses as there are. */
  async #checkpoint(ledger: FileLedger): Promise<void> {
    await ledger.checkpoint(runner);
    for (const [at, own] of witnesses.slice(0, this.#options.witnesses ?? 1).entries()) {
      const known = { name: `w${at + 1}.example`, publicKey: own.publicKey };
      const note = new Witness({
        folder: join(this.folder, `seen-${at}`),
        origin,
        runnerKey: runner.publicKey,
        verify: verifySignature,
        name: known.name,
        key: own,
        clock: this.#clock,
      }).cosign(
        offerText(offerFrom(this.ledgerFolder, lastCosigned(this.ledgerFolder, [known], verifySignature))),
      );
      acceptCosignatures(this.ledgerFolder, note, [known], verifySignature);
    }
  }

  verify(): LedgerVerdict {
    const { runnerKey, witnesses: known } = this.trust();
    return verifyLedger({
      folder: this.ledgerFolder,
      origin,
      runnerKey,
      verify: verifySignature,
      witnesses: known,
    });
  }
}

const seal = sealFromPassphrase(new Secret('what is kept of records'), new Uint8Array(32).fill(5));

/** A key as OpenSSH would sign with it: the layout of PROTOCOL.sshsig, put together here. */
function sshKeyOf(own: SigningKey): SshKey {
  const field = (content: Uint8Array | string): Buffer => {
    const bytes = Buffer.from(content as string);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const raw = Buffer.from(own.publicKey.slice('ed25519:'.length), 'base64');
  const magic = Buffer.from('SSHSIG');
  return {
    scheme: 'sshsig',
    publicKey: own.publicKey,
    signSsh: (namespace, message) => {
      const shared = [field(namespace), field(''), field('sha512')];
      const hash = createHash('sha512').update(message).digest();
      const signed = own.sign(Buffer.concat([magic, ...shared, field(hash)]));
      const blob = Buffer.concat([field('ssh-ed25519'), field(raw)]);
      const signature = Buffer.concat([field('ssh-ed25519'), field(signed)]);
      return Buffer.concat([magic, Buffer.of(0, 0, 0, 1), field(blob), ...shared, field(signature)]);
    },
  };
}
