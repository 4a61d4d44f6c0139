// Who agreed to what: signed decisions (DSSE or SSH signatures), the runbooks they are about, and the runs they allowed.
import { createHash } from 'node:crypto';
import { digest, fromBase64, need, part, rawKey, readCanonical, sha256, signedBy, string } from './texts.mjs';

function sshMessage(key, message, signature) {
  const field = (content) => {
    const bytes = Buffer.from(content);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const blob = Buffer.concat([field('ssh-ed25519'), field(rawKey(key))]);
  for (const name of ['sha256', 'sha512']) {
    const head = [
      Buffer.from('SSHSIG'),
      Buffer.of(0, 0, 0, 1),
      field(blob),
      field('godwit'),
      field(''),
      field(name),
    ];
    const tail = field(Buffer.concat([field('ssh-ed25519'), field(signature.subarray(-64))]));
    if (Buffer.concat([...head, tail]).equals(signature))
      return Buffer.concat([head[0], ...head.slice(3), field(createHash(name).update(message).digest())]);
  }
  return null;
}

export function checkEnvelope({ envelope, at }, project, owners, recorded) {
  const { scheme, payloadType, signatures } = envelope;
  const kind = /^application\/vnd\.godwit\.([a-z-]+)\.v1\+json$/.exec(payloadType)?.[1];
  const payload = fromBase64(envelope.payload);
  const people = new Set(signatures.map(({ keyid }) => owners.get(keyid)));
  const [signer] = people;
  need(kind && payload && signer !== undefined && people.size === 1, 'envelope', at);
  const message = Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
    payload,
  ]);
  for (const { keyid, sig } of signatures) {
    const bytes = fromBase64(sig);
    const ssh = bytes && scheme === 'sshsig' ? sshMessage(keyid, message, bytes) : null;
    need(
      bytes &&
        (scheme === 'sshsig'
          ? ssh && signedBy(keyid, ssh, bytes.subarray(-64))
          : signedBy(keyid, message, bytes)),
      'envelope',
      at,
    );
  }
  const body = readCanonical(payload);
  const id = `sha256:${sha256(message).toString('hex')}`;
  need(
    part(body, 'project') === project && Object.values(body).includes(signer) && recorded.has(id),
    'envelope',
    at,
  );
  return { id, kind, signer, body, keys: signatures.map(({ keyid }) => keyid), recorded: recorded.get(id) };
}

export function checkRunbook({ text, at }, project, policies, entries) {
  const content = readCanonical(Buffer.from(text));
  const policy = policies.get(part(content, 'policyDigest'));
  const approvals = part(content, 'approvals');
  const besides = part(approvals, 'forRisk') ?? [];
  need(Array.isArray(besides), 'runbook', at);
  const rules = [approvals, ...besides].map((one) => ({
    role: part(one, 'role'),
    people: part(one, 'people'),
  }));
  need(
    part(content, 'project') === project &&
      policy &&
      rules.every(({ role, people }) => string(role) && typeof people === 'number' && people >= 1) &&
      string(content.mappingSignature),
    'runbook',
    at,
  );
  const id = digest(text);
  need(
    entries.some(({ type, body }) => type === 'runbook-planned' && part(body, 'runbook') === id),
    'runbook',
    at,
  );
  return { id, policy, rules, mappingSignature: content.mappingSignature };
}

export function checkRun(start, entries, runbooks, decisions) {
  const runbook = runbooks.find(({ id }) => id === part(start.body, 'runbook'));
  const fits = (condition) => need(condition, 'approval', start.at);
  fits(runbook);
  const before = entries.filter(({ seq }) => seq < start.seq);
  const gone = new Set(
    before.filter(({ type }) => type === 'decision-withdrawn').map(({ body }) => part(body, 'envelope')),
  );
  for (const { type, body } of before)
    if (
      type === 'decision-recorded' &&
      part(body, 'about') === runbook.id &&
      part(body, 'kind') === 'approval'
    )
      fits(gone.has(part(body, 'envelope')) || decisions.some(({ id }) => id === part(body, 'envelope')));
  const last = new Map();
  for (const one of decisions.toSorted((a, b) => a.recorded - b.recorded))
    if (
      one.kind === 'approval' &&
      one.recorded < start.seq &&
      !gone.has(one.id) &&
      one.body.runbook === runbook.id
    )
      last.set(one.signer, one);
  const author = decisions.find(({ id }) => id === runbook.mappingSignature)?.signer;
  const counted = [];
  for (const { signer, body, keys } of last.values()) {
    fits(body.decision === 'approve');
    const person = runbook.policy.find(({ name }) => name === signer);
    const key = keys.some((one) => person?.keys.includes(one) && !person.revoked.includes(one));
    const inRole = runbook.rules.some(({ role }) => role === body.role && person?.roles.includes(role));
    const inTime = string(body.expiresAt) && body.expiresAt > start.time;
    if (key && inRole && inTime && signer !== author && signer !== start.actor) counted.push(person);
  }
  const had = (role) => counted.filter(({ roles }) => roles.includes(role)).length;
  fits(author !== undefined && runbook.rules.every(({ role, people }) => had(role) >= people));
  return {
    run: String(part(start.body, 'run')),
    runbook: runbook.id,
    startedBy: start.actor,
    entry: start.seq,
    approvedBy: counted.map(({ name }) => name).toSorted((a, b) => (a < b ? -1 : 1)),
  };
}
