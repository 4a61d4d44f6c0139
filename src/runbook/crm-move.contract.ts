import { type SigningKey, signingKeyFromSeed, systemNotary } from '../host/index.ts';
import {
  type Approval,
  type DecisionKind,
  type Decisions,
  type Entry,
  type Envelope,
  envelopeId,
  type FindingDecision,
  type NewEvent,
  signDecision,
} from '../ledger/index.ts';
import type { Field, Finding, Fingerprint, Mapping, Policy, Relation, Runbook } from '../model/index.ts';
import { findingId, type GodwitError, isGodwitError } from '../model/index.ts';
import { buildRunbook } from './build-runbook.ts';
import { type DecisionLog, decisionRecorded, readDecisionLog } from './decision-log.ts';
import { issueWarrant, type WarrantRequest } from './issue-warrant.ts';
import { mappingDigest, objectMappingDigest } from './mapping-digest.ts';
import { renderRunbook } from './render-runbook.ts';
import { runbookBytes, runbookId } from './runbook-bytes.ts';
import type { RunbookInput } from './runbook-input.ts';

/** A small move with real keys, for the tests: companies and people, people with a manager among them, one known loss. */
const seed = (byte: number): SigningKey => signingKeyFromSeed(new Uint8Array(32).fill(byte));
export type KeyName = 'ada' | 'bea' | 'cem' | 'dana' | 'ola' | 'beaOther' | 'beaLost' | 'eve';

export const keys: Readonly<Record<KeyName, SigningKey>> = {
  ada: seed(1),
  bea: seed(2),
  cem: seed(3),
  dana: seed(4),
  ola: seed(5),
  beaOther: seed(6),
  beaLost: seed(7),
  eve: seed(66),
};

export const policy: Policy = {
  people: [
    { name: 'Ada', roles: ['author', 'approver'], keys: [keys.ada.publicKey] },
    {
      name: 'Bea',
      roles: ['approver'],
      keys: [keys.bea.publicKey, keys.beaOther.publicKey],
      revoked: [keys.beaLost.publicKey],
    },
    { name: 'Cem', roles: ['approver', 'operator'], keys: [keys.cem.publicKey] },
    { name: 'Dana', roles: ['approver'], keys: [keys.dana.publicKey] },
    { name: 'Ola', roles: ['owner', 'operator'], keys: [keys.ola.publicKey] },
  ],
};

export const now = '2026-11-20T10:00:00.000Z';
export const later = '2026-11-27T10:00:00.000Z';
const project = 'crm';
const { digest } = systemNotary;

const object = (
  name: string,
  fields: readonly (readonly [string, string])[],
): Mapping['objects'][number] => ({
  name,
  source: `old_${name}`,
  target: name,
  mode: 'empty-only',
  key: ['id'],
  create: true,
  each: null,
  purge: [],
  fields: fields.map(([field, from]) => ({
    field,
    from,
    values: null,
    unmatched: 'error',
    owner: null,
    note: null,
    line: null,
  })),
  leftBehind: [],
  owner: null,
  note: null,
  file: `mapping/${name}.yaml`,
});

export const mapping: Mapping = {
  formatVersion: 1,
  leftBehind: [],
  objects: [
    object('person', [
      ['id', 'id'],
      ['name', "first_name || ' ' || last_name"],
      ['company', "lookup('company', company_id)"],
      ['manager', "lookup('person', manager_id)"],
    ]),
    object('company', [
      ['id', 'id'],
      ['name', 'trim(name)'],
    ]),
  ],
};

const field = (name: string, nullable: boolean, generated: Field['generated'] = 'no'): Field => ({
  name,
  type: { kind: 'integer', bits: 64, signed: true },
  native: 'bigint',
  nullable,
  default: null,
  generated,
  synthetic: false,
  comment: null,
});
const refers = (own: string, to: string): Relation['foreignKeys'][number] => ({
  name: `fk_${own}`,
  fields: [own],
  references: { relation: to, fields: ['id'] },
  onDelete: 'NO ACTION',
  onUpdate: 'NO ACTION',
  deferrable: false,
});
const relation = (
  name: string,
  fields: readonly Field[],
  foreignKeys: Relation['foreignKeys'],
): Relation => ({
  name,
  kind: 'table',
  fields: [field('id', false, 'identity-default'), ...fields],
  primaryKey: { name: `${name}_pk`, fields: ['id'], deferrable: false },
  uniques: [],
  foreignKeys,
  indexes: [],
  checks: [],
  comment: null,
  rowsEstimate: 10,
  bytes: 100,
  identity: ['id'],
});

export const fingerprint = (server: string, namespace: string): Fingerprint => ({
  kind: 'postgres',
  server,
  address: 'db.example:5432',
  database: 'crm',
  namespace,
});

export const loss: Finding = {
  code: 'fit.too-long',
  severity: 'block',
  title: 'Texts are longer than person.name allows',
  detail: 'The longest has 512 characters, 255 fit.',
  where: { object: 'person', system: 'target', relation: 'person', field: 'name' },
  records: '12',
  examples: [],
  fix: 'Shorten them on purpose, or accept that these records are quarantined.',
  waivable: true,
};

/** Signs a decision and writes it to the ledger, as the project does. */
export class Desk {
  readonly envelopes: Envelope[] = [];
  readonly events: NewEvent[] = [];
  #nonce = 0;

  take<Kind extends DecisionKind>(
    kind: Kind,
    body: Omit<Decisions[Kind], 'formatVersion' | 'project' | 'time' | 'nonce'>,
    key: SigningKey = keys.ada,
    change: Partial<Decisions[Kind]> = {},
  ): Envelope {
    this.#nonce += 1;
    const frame = { formatVersion: 1, project, time: '2026-11-20T09:00:00.000Z' } as const;
    const nonce = `nonce-${String(this.#nonce).padStart(16, '0')}`;
    const whole = { ...frame, nonce, ...body, ...change } as unknown as Decisions[Kind];
    const envelope = signDecision(kind, whole, [key]);
    const about = ((part: Partial<Record<string, unknown>>) =>
      part['runbook'] ?? part['finding'] ?? part['mapping'] ?? part['policy'])({ ...whole }) as string;
    this.envelopes.push(envelope);
    this.events.push(decisionRecorded('desk', envelopeId(envelope), kind, about));
    return envelope;
  }

  approve(runbook: Runbook, name: KeyName, change: Partial<Approval> = {}): Envelope {
    const approver = name.startsWith('bea') ? 'Bea' : `${name[0]?.toUpperCase()}${name.slice(1)}`;
    return this.take(
      'approval',
      {
        runbook: runbookId(runbook, digest),
        decision: 'approve',
        approver,
        role: 'approver',
        shown: digest(renderRunbook(runbook)),
        reason: null,
        expiresAt: later,
      },
      keys[name],
      { time: now, ...change },
    );
  }

  signMapping(signed: Mapping = mapping, name: KeyName = 'ada', author = 'Ada'): Envelope {
    return this.take('mapping-signature', { mapping: mappingDigest(signed, digest), author }, keys[name]);
  }

  accept(finding: Finding = loss, change: Partial<FindingDecision> = {}, name: KeyName = 'ola'): Envelope {
    const concerned = mapping.objects.find((one) => one.name === finding.where.object);
    return this.take(
      'finding-decision',
      {
        finding: findingId(finding),
        decision: 'accept',
        mapping: concerned ? objectMappingDigest(concerned, digest) : mappingDigest(mapping, digest),
        records: finding.records,
        reason: 'They are test accounts.',
        decidedBy: 'Ola',
        role: 'owner',
        shown: digest(finding.title),
        expiresAt: later,
      },
      keys[name],
      change,
    );
  }

  log(): DecisionLog {
    return readDecisionLog(
      this.events.map(
        (event, at): Entry => ({
          seq: at + 1,
          prev: null,
          time: now,
          bodyDigest: '',
          ...('body' in event ? event : { ...event, body: null }),
        }),
      ),
    );
  }
}

export function input(desk: Desk, change: Partial<RunbookInput> = {}): RunbookInput {
  return {
    project,
    now,
    expiresAt: later,
    nonce: '0123456789abcdef',
    mapping,
    envelopes: desk.envelopes,
    policy,
    log: desk.log(),
    source: { name: 'old', fingerprint: fingerprint('1', 'old'), schemaDigest: digest('old structure') },
    target: { name: 'new', fingerprint: fingerprint('2', 'public'), schemaDigest: digest('new structure') },
    targetCanUpdate: true,
    relations: [
      relation(
        'person',
        [field('company', false), field('manager', true)],
        [refers('company', 'company'), refers('manager', 'person')],
      ),
      relation('company', [], []),
    ],
    dependencies: [],
    creates: {
      completions: [],
      cycles: [],
      relations: ['company', 'person'],
      statements: ['CREATE TABLE company (\n  id bigint PRIMARY KEY\n)', 'CREATE TABLE person (id bigint)'],
    },
    counts: new Map([
      ['person', { rowsSource: '12304', rowsTargetBefore: '0' }],
      ['company', { rowsSource: '907', rowsTargetBefore: '0' }],
    ]),
    parties: [{ name: 'new', version: 'PostgreSQL 18.4', tzdata: '2026b' }],
    evidence: [{ name: 'facts/profile.old.yaml', digest: digest('profile') }],
    findings: [],
    options: { rowsPerSlice: 10_000, slicesAtOnceMax: 1, retryBudgetMs: 600_000 },
    stopRules: {
      quarantinedPer10000: 5,
      quarantinedFloor: 10,
      auditDifferencesMax: 0,
      stepTimeFactor: 3,
      window: null,
    },
    approvals: { role: 'approver', people: 2, authorMayBeOnlyApprover: false },
    responsible: { approver: 'Bea', owner: 'Ola' },
    rehearsed: new Map([['03-copy-company', { durationMs: 1200, rollbackMs: 340 }]]),
    notary: systemNotary,
    ...change,
  };
}

/** A signed mapping and its runbook. */
export function planned(change: Partial<RunbookInput> = {}): { desk: Desk; runbook: Runbook } {
  const desk = new Desk();
  desk.signMapping();
  return { desk, runbook: buildRunbook(input(desk, change)) };
}

export function warrantRequest(
  runbook: Runbook,
  desk: Desk,
  change: Partial<WarrantRequest> = {},
): WarrantRequest {
  const [source, target] = runbook.systems;
  if (!source || !target) throw new RangeError('a runbook has two systems');
  return {
    runbookBytes: runbookBytes(runbook),
    envelopes: desk.envelopes,
    policy,
    log: desk.log(),
    ledger: { intact: true, problems: [] },
    operator: 'Cem',
    now,
    notary: systemNotary,
    observed: {
      source: source.fingerprint,
      target: target.fingerprint,
      sourceStructure: source.schemaDigest,
      targetStructure: target.schemaDigest,
      mappingDigest: runbook.mappingDigest,
    },
    ...change,
  };
}

/** A plan that Bea and Dana have approved. */
export function approved(): { desk: Desk; runbook: Runbook } {
  const plan = planned();
  plan.desk.approve(plan.runbook, 'bea');
  plan.desk.approve(plan.runbook, 'dana');
  return plan;
}

/** The error instead of a warrant. */
export function refusal(request: WarrantRequest): GodwitError {
  try {
    issueWarrant(request);
  } catch (error) {
    if (isGodwitError(error)) return error;
    throw error;
  }
  throw new RangeError('a warrant was issued');
}
