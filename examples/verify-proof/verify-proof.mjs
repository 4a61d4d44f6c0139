#!/usr/bin/env node
// Checks a proof bundle (*.gwproof) with a trust root, and nothing of godwit: only what Node brings along. Written from
// docs/reference/proof-bundle.md, so that nobody has to take godwit's own word for it.
//
//     node verify-proof.mjs evidence.gwproof trust.json     ends with 0 when it holds, with 1 when it does not
import { createPublicKey, hash, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

// What is being looked at: a code and a line of the bundle. Whatever fails there, also by being no such thing, is that fault.
let place = '';
const look = (code, line) => (place = `${code}@${line}`);
const need = (condition) => {
  if (!condition) throw new Error(place);
};

// ---- bytes, hashes, Ed25519 ----
const bytesOf = (...parts) => Buffer.concat(parts.map((one) => Buffer.from(one)));
const sha256 = (...parts) => hash('sha256', bytesOf(...parts), 'buffer');
const digest = (content) => `sha256:${hash('sha256', content)}`;
const nodeHash = (left, right) => sha256([1], left, right);
const base64 = (text) => {
  const bytes = Buffer.from(text, 'base64');
  need(bytes.toString('base64') === text);
  return bytes;
};
const rawKey = (key) => base64(key.replace(/^ed25519:/, ''));
const signedBy = (key, message, signature) => {
  const der = bytesOf(Buffer.from('302a300506032b6570032100', 'hex'), rawKey(key));
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return signature.length === 64 && verify(null, bytesOf(message), publicKey, signature);
};

// ---- texts that can be written in one way only (RFC 8785) ----
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const isText = (value) => typeof value === 'string' && value !== '';

function canonical(value, depth = 0) {
  need(depth <= 200 && (!Number.isInteger(value) || Number.isSafeInteger(value)));
  need(typeof value !== 'string' || value.isWellFormed());
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const member = (name) => `${canonical(name)}:${canonical(value[name], depth + 1)}`;
  return `{${Object.keys(value).sort().map(member).join()}}`;
}

function read(bytes) {
  const text = utf8.decode(bytes);
  const value = JSON.parse(text);
  need(canonical(value) === text);
  return value;
}

// ---- the bundle: its lines in their order; a line without a kind is a line of the ledger ----
const order = ['proof', 'policy', 'runbook', 'envelope', 'checkpoint', 'entry', 'skipped'];

function readLines(content) {
  const lines = [];
  for (let [start, rank] = [0, 0]; start < content.length; ) {
    look('unreadable', lines.length + 1);
    const end = content.indexOf('\n', start);
    const bytes = content.subarray(start, end);
    const value = read(bytes);
    const { kind = 'entry' } = value;
    const own = Math.min(order.indexOf(kind), order.indexOf('entry'));
    need(end >= 0 && own >= rank && (own === 0) === (start === 0));
    lines.push({ ...value, kind, value, bytes, at: lines.length + 1 });
    [start, rank] = [end + 1, own];
  }
  look('unreadable', lines.length + 1);
  need(lines.some(({ kind }) => kind === 'checkpoint'));
  return lines;
}

// ---- checkpoints: C2SP signed notes, checkpoints and cosignatures ----
function readCheckpoint({ note, at }, before, trust) {
  look('checkpoint', at);
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  const [, origin, size, root] = /^(.*)\n([1-9]\d{0,14})\n(.{44})\n$/.exec(text);
  need(origin === trust.origin && base64(root).length === 32 && Number(size) > (before?.size ?? 0));
  const signers = note.slice(text.length + 1).replace(/\n$/, '');
  need(note.length <= 100_000 && note.endsWith('\n'));
  const signatures = signers.split('\n').map((line) => {
    const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line);
    need(base64(encoded).length >= 5);
    return { signer: `${name} ${base64(encoded).hexSlice(0, 4)}`, bytes: base64(encoded).subarray(4) };
  });
  const signaturesOf = (name, key, kind) => {
    const signer = `${name} ${sha256(`${name}\n`, [kind], rawKey(key)).hexSlice(0, 4)}`;
    return signatures.flatMap((one) => (one.signer === signer ? [one.bytes] : []));
  };
  const own = signaturesOf(origin, trust.runnerKey, 1);
  need(own.length > 0 && own.every((signature) => signedBy(trust.runnerKey, text, signature)));
  const witnesses = trust.witnesses.filter(({ name, publicKey }) => {
    const cosigned = signaturesOf(name, publicKey, 4);
    for (const bytes of cosigned) {
      const time = bytes.readBigUInt64BE();
      need(time <= 253_402_300_799n); // the end of the year 9999
      need(signedBy(publicKey, `cosignature/v1\ntime ${time}\n${text}`, bytes.subarray(8)));
    }
    return cosigned.length > 0;
  });
  return { at, size: Number(size), root, witnesses: witnesses.map(({ name }) => name) };
}

// ---- entries, under the roots of RFC 6962: what is skipped is there as the hashes of its full subtrees ----
function readEntries(lines, checkpoints) {
  const edge = []; // full subtrees from the left, largest first: the root of all so far is theirs, folded from the right
  let [size, link, met] = [0, null, 0];
  const append = (node, leaves) => {
    for (let at = size / leaves; at % 2 === 1; at = (at - 1) / 2) node = nodeHash(edge.pop(), node);
    edge.push(node);
    size += leaves;
    const here = checkpoints[met];
    if (here?.size !== size) return;
    look('history', here.at);
    need(edge.reduceRight((right, left) => nodeHash(left, right)).equals(base64(here.root)));
    met += 1;
  };
  for (const line of lines) {
    look(line.kind === 'entry' ? 'entry' : 'history', line.at);
    if (line.kind === 'entry') {
      checkEntry(line.value, size + 1, link);
      const leaf = sha256([0], line.bytes);
      link = `sha256:${leaf.toString('hex')}`;
      append(leaf, 1);
    } else {
      link = undefined;
      for (const node of line.hashes.map(base64)) {
        let leaves = 1;
        while (size % (leaves * 2) === 0 && size + leaves * 2 <= line.to) leaves *= 2;
        need(node.length === 32 && size < line.to);
        append(node, leaves);
      }
      need(size === line.to);
    }
  }
  look('history', checkpoints.at(-1).at);
  need(met === checkpoints.length && size === checkpoints.at(-1).size);
  return lines.filter(({ kind }) => kind === 'entry');
}

function checkEntry(entry, number, link) {
  const { actor, bodyDigest, prev, seq, time, type } = entry;
  need(/^actor,(body,)?bodyDigest,prev,seq,time,type$/.test(Object.keys(entry).join()));
  need(isText(actor) && isText(type) && isText(bodyDigest) && isText(time) && seq === number);
  need(/^(hmac-)?sha256:[0-9a-f]{64}$/.test(bodyDigest));
  need(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time));
  need(!('body' in entry) || bodyDigest === digest(canonical(entry.body)));
  need(link === undefined ? /^sha256:[0-9a-f]{64}$/.test(prev) : prev === link);
}

// ---- who agreed to what: runbooks, decisions (DSSE or SSH signatures), and the runs they allowed ----
function readRunbook({ text, at }, project, policies, planned) {
  look('runbook', at);
  const { approvals, mappingSignature, policyDigest, project: own } = read(Buffer.from(text));
  const rules = [approvals, ...(approvals.forRisk ?? [])];
  need(own === project && policies.has(policyDigest) && planned.includes(digest(text)));
  need(isText(mappingSignature) && rules.every(({ role }) => isText(role)));
  need(rules.every(({ people }) => typeof people === 'number' && people >= 1));
  const policy = policies.get(policyDigest);
  const least = policy.approvals;
  need(!least || rules.some(({ role, people }) => role === least.role && people >= least.people));
  return { id: digest(text), rules, policy, mappingSignature };
}

function readDecision({ payload, payloadType, signatures, at }, project, owners, recorded) {
  look('envelope', at);
  const [, kind] = /^application\/vnd\.godwit\.([a-z-]+)\.v1\+json$/.exec(payloadType);
  const content = base64(payload);
  const message = bytesOf(`DSSEv1 ${payloadType.length} ${payloadType} ${content.length} `, content);
  const [signer, ...others] = new Set(signatures.map(({ keyid }) => owners.get(keyid)));
  need(signer !== undefined && others.length === 0);
  for (const { keyid, scheme, sig } of signatures)
    need(signedBy(keyid, scheme === 'ed25519' ? message : sshMessage(scheme, message), base64(sig)));
  const [body, id] = [read(content), digest(message)];
  need(body.project === project && Object.values(body).includes(signer) && recorded.has(id));
  const { seq, time } = recorded.get(id);
  return { id, kind, signer, body, keys: signatures.map(({ keyid }) => keyid), seq, recordedAt: time };
}

/** What an SSH signature in the namespace godwit signs (OpenSSH, PROTOCOL.sshsig): texts, each behind its length. */
function sshMessage(scheme, message) {
  const [, name] = /^ssh-(sha256|sha512)$/.exec(scheme);
  const fields = ['godwit', '', name, hash(name, message, 'buffer')];
  return bytesOf('SSHSIG', ...fields.flatMap((field) => [[0, 0, 0, field.length], field]));
}

function readRun(start, entries, runbooks, decisions) {
  look('approval', start.at);
  const runbook = runbooks.find(({ id }) => id === start.body?.runbook);
  const before = entries.filter(({ seq }) => seq < start.seq);
  const withdrawn = before.filter(({ type }) => type === 'decision-withdrawn');
  const gone = withdrawn.map(({ body }) => body?.envelope);
  const told = before.filter(({ type, body }) => type === 'decision-recorded' && body?.kind === 'approval');
  const about = told.filter(({ body }) => body.about === runbook.id && !gone.includes(body.envelope));
  need(about.every(({ body }) => decisions.some(({ id }) => id === body.envelope)));
  const approvals = decisions.filter(({ kind, body }) => kind === 'approval' && body.runbook === runbook.id);
  const standing = approvals.filter(({ id, seq }) => seq < start.seq && !gone.includes(id));
  const inOrder = standing.sort((a, b) => a.seq - b.seq);
  const last = [...new Map(inOrder.map((one) => [one.signer, one])).values()];
  need(last.every(({ body }) => body.decision === 'approve'));
  const author = decisions.find(({ id }) => id === runbook.mappingSignature).signer;
  const inTime = ({ body }) => isText(body.expiresAt) && body.expiresAt > start.time;
  const people = last.flatMap((one) => {
    const { signer, body } = one;
    const rule = runbook.rules.find(({ role }) => role === body.role && signedAs(role, one, runbook));
    return rule && inTime(one) && signer !== author && signer !== start.actor ? [personOf(one, runbook)] : [];
  });
  const inRole = (role) => people.filter(({ roles }) => roles.includes(role)).length;
  const lacking = runbook.rules.some((rule) => inRole(rule.role) < rule.people);
  const glassRole = runbook.policy.breakGlass?.role;
  const isGlass = (one) =>
    one.kind === 'break-glass' &&
    !gone.includes(one.id) &&
    one.body.runbook === runbook.id &&
    one.seq < start.seq &&
    isText(glassRole) &&
    one.body.role === glassRole &&
    signedAs(glassRole, one, runbook) &&
    inTime(one) &&
    Date.parse(start.time) - Date.parse(one.body.time) < 86_400_000;
  const glass = lacking ? decisions.find(isGlass) : null;
  need(glass !== undefined);
  const anyGone = entries.flatMap(({ type, body }) =>
    type === 'decision-withdrawn' ? [body?.envelope] : [],
  );
  const reviews = decisions.filter(
    (one) =>
      glass &&
      one.kind === 'break-glass-review' &&
      one.body.breakGlass === glass.id &&
      !anyGone.includes(one.id) &&
      signedAs(runbook.rules[0].role, one, runbook) &&
      ![glass.signer, start.actor].includes(one.signer),
  );
  const sorted = (names) => [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
  return {
    run: String(start.body.run),
    runbook: runbook.id,
    startedBy: start.actor,
    entry: start.seq,
    approvedBy: sorted(people.map(({ name }) => name)),
    brokenBy: glass?.signer ?? null,
    reviewedBy: sorted(reviews.map(({ signer }) => signer)),
    reviewersNeeded: glass ? runbook.rules[0].people : 0,
  };
}

const personOf = ({ signer }, { policy }) => policy.people.find(({ name }) => name === signer);

/** By a person with the role, with a key that counted when it was signed and when the ledger began to speak of it. */
function signedAs(role, one, runbook) {
  const person = personOf(one, runbook);
  const inWindow = (key) => {
    const { notBefore = null, notAfter = null } = person.windows?.find((window) => window.key === key) ?? {};
    const times = [String(one.body.time), one.recordedAt];
    return times.every((time) => (notBefore ?? time) <= time && (notAfter === null || time < notAfter));
  };
  const counts = (key) => person.keys.includes(key) && !person.revoked.includes(key) && inWindow(key);
  return person?.roles.includes(role) === true && one.keys.some(counts);
}

function checkAll(content, trust) {
  const lines = readLines(content);
  const of = (...kinds) => lines.filter(({ kind }) => kinds.includes(kind));
  const { format, project, origin, size } = lines[0];
  look('trust', 1);
  need(format === 'godwit-proof/2' && origin === trust.origin && project === trust.project);
  let newest = null;
  const checkpoints = of('checkpoint').map((line) => (newest = readCheckpoint(line, newest, trust)));
  need(newest.size === size);
  look('witness', newest.at);
  need(newest.witnesses.length >= trust.witnessesNeeded);
  const entries = readEntries(of('entry', 'skipped'), checkpoints);
  const told = (wanted) => entries.filter(({ type }) => type === wanted);
  const policies = new Map();
  for (const { text, at } of of('policy')) {
    look('policy', at);
    need(trust.policies.includes(digest(text)));
    policies.set(digest(text), read(Buffer.from(text)));
  }
  const [owners, recorded] = [new Map(), new Map()];
  for (const { name, keys, revoked } of [...policies.values()].flatMap(({ people }) => people))
    for (const key of [...keys, ...revoked]) owners.set(key, name);
  for (const entry of told('decision-recorded').reverse()) recorded.set(entry.body?.envelope, entry);
  const planned = told('runbook-planned').map(({ body }) => body?.runbook);
  const runbooks = of('runbook').map((line) => readRunbook(line, project, policies, planned));
  const decisions = of('envelope').map((line) => readDecision(line, project, owners, recorded));
  const runs = told('run-started').map((start) => readRun(start, entries, runbooks, decisions));
  const bodiesErased = told('body-erased').length;
  return { size, entries: entries.length, bodiesErased, witnesses: newest.witnesses, runs };
}

/** What is wrong is told as a code and the line of the bundle, `entry@17`. */
export function verifyProof(content, trust) {
  try {
    return { holds: true, problems: [], ...checkAll(content, trust) };
  } catch {
    return { holds: false, problems: [place] };
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [bundle, trust] = process.argv.slice(2);
  const verdict = verifyProof(readFileSync(bundle), JSON.parse(readFileSync(trust, 'utf8')));
  console.log(JSON.stringify(verdict, null, 2));
  process.exitCode = verdict.holds ? 0 : 1;
}
