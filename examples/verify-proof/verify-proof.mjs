#!/usr/bin/env node
// Checks a proof bundle (*.gwproof) with a trust root, and nothing of godwit: only what Node brings along. Written from
// docs/reference/proof-bundle.md, so that nobody has to take godwit's own word for it. The standards are in standards.mjs, and the
// sentences about what is not proven in not-proven.mjs; the rules are here. Begin reading with checkAll.
//
//     node verify-proof.mjs evidence.gwproof trust.json     ends with 0 when it holds, with 1 when it does not
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { nothingProven, notProven } from './not-proven.mjs';
import * as standard from './standards.mjs';

const { base64, digest, need, parse } = standard;

// What is being looked at: a code and a line of the bundle. Whatever fails there, also by being no such thing, is that fault.
let place = '';
const look = (code, line) => (place = `${code}@${line}`);

// ---- the lines, in their order; a line without a kind is a line of the ledger ----
const kinds = ['proof', 'policy', 'runbook', 'envelope', 'checkpoint', 'entry', 'skipped'];

function readLines(content) {
  const parts = content.toString('latin1').split('\n'); // a character for each byte
  const behind = parts.pop();
  let rank = 0;
  const lines = parts.map((part, above) => {
    look('unreadable', above + 1);
    const bytes = Buffer.from(part, 'latin1');
    const value = parse(bytes);
    const { kind = 'entry' } = value;
    const own = Math.min(kinds.indexOf(kind), kinds.indexOf('entry'));
    need(own >= rank && (own === 0) === (above === 0));
    rank = own;
    return { ...value, kind, value, bytes, at: above + 1 };
  });
  look('unreadable', lines.length + 1);
  need(behind === '' && lines.some(({ kind }) => kind === 'checkpoint'));
  return lines;
}

// ---- the history: checkpoints, and the entries under them; what is skipped is there as the roots of its full subtrees ----
function readCheckpoint({ note, at }, before, { origin, runnerKey, witnesses }) {
  const { text, isSigned } = standard.readNote(note);
  const [, own, size, root] = /^(.*)\n([1-9]\d{0,14})\n(.+)\n$/.exec(text);
  need(own === origin && size > before.size && base64(root).length === 32);
  need(isSigned(origin, runnerKey, 'note'));
  const seenBy = witnesses.filter(({ name, publicKey }) => isSigned(name, publicKey, 'cosignature'));
  return { at, size: Number(size), root: base64(root), witnesses: seenBy.map(({ name }) => name) };
}

function readEntries(lines, checkpoints) {
  let tree = standard.emptyTree;
  const ahead = [...checkpoints];
  let link = null;
  for (const line of lines) {
    const isEntry = line.kind === 'entry';
    look(isEntry ? 'entry' : 'history', line.at);
    const to = isEntry ? tree.size + 1 : line.to;
    const roots = isEntry ? [leafOf(line, to, link)] : line.hashes.map(base64);
    need(typeof to === 'number' && roots.every(({ length }) => length === 32));
    for (const root of roots) {
      need(tree.size < to);
      tree = standard.grow(tree, root, to);
      if (tree.size === ahead[0]?.size) meet(ahead.shift(), tree);
    }
    need(tree.size === to);
    link = isEntry ? `sha256:${roots[0].toString('hex')}` : undefined;
  }
  look('history', checkpoints.at(-1).at);
  need(ahead.length === 0 && tree.size === checkpoints.at(-1).size);
  return lines.filter(({ kind }) => kind === 'entry');
}

function meet({ at, root }, tree) {
  const agrees = standard.rootOf(tree).equals(root);
  if (!agrees) look('history', at);
  need(agrees);
}

function leafOf({ value, bytes }, number, link) {
  const { actor, bodyDigest, prev, seq, time, type } = value;
  need(/^actor,(body,)?bodyDigest,prev,seq,time,type$/.test(Object.keys(value).join()));
  need([actor, bodyDigest, prev ?? 'none', time, type].every((one) => typeof one === 'string' && one !== ''));
  need(/^(hmac-)?sha256:[0-9a-f]{64}$/.test(bodyDigest) && seq === number);
  need(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time));
  need(!('body' in value) || bodyDigest === digest(standard.canonical(value.body)));
  need(link === undefined ? /^sha256:[0-9a-f]{64}$/.test(prev) : prev === link);
  return standard.leafHash(bytes);
}

// ---- who agreed to what: runbooks and decisions ----
function readRunbook({ text }, { project, policies, planned }) {
  const { approvals, evidence, mappingSignature, policyDigest, ...more } = parse(text);
  const policy = policies.get(policyDigest);
  need(more.project === project && policy !== undefined && planned.has(digest(text)));
  const rules = [approvals, ...(approvals.forRisk ?? [])];
  need([mappingSignature, ...rules.map(({ role }) => role)].every((one) => typeof one === 'string'));
  need(rules.every(({ people }) => typeof people === 'number' && people >= 1));
  const { role: general, people: least } = policy.approvals ?? {};
  need(!general || rules.some(({ role, people }) => role === general && people >= least));
  return { id: digest(text), rules, policy, mappingSignature, evidence };
}

function readDecision({ payload, payloadType, signatures }, { project, owners, recorded }) {
  const [, kind] = /^application\/vnd\.godwit\.([a-z-]+)\.v1\+json$/.exec(payloadType);
  const message = standard.envelopeBytes(payloadType, base64(payload));
  for (const { keyid, scheme, sig } of signatures) {
    const signed = scheme === 'ed25519' ? message : standard.sshBytes(scheme.replace(/^ssh-/, ''), message);
    need(standard.signedBy(keyid, signed, base64(sig)));
  }
  const keys = signatures.map(({ keyid }) => keyid);
  const [signer, ...others] = new Set(keys.map((key) => owners.get(key)));
  const [body, id] = [parse(base64(payload)), digest(message)];
  need(signer !== undefined && others.length === 0 && recorded.has(id));
  need(body.project === project && Object.values(body).includes(signer));
  return { id, kind, signer, body, keys, told: recorded.get(id) };
}

/** By a person with the role, with a key that counted when it was signed and when the ledger began to speak of it. */
function signedAs(role, { signer, keys, body, told }, { people }) {
  const { roles = [], revoked, windows = [], ...own } = people.find(({ name }) => name === signer) ?? {};
  const counts = (key) => {
    const { notBefore, notAfter } = windows.find((window) => window.key === key) ?? {};
    const inTime = (time) => (notBefore ?? time) <= time && (!notAfter || time < notAfter);
    return own.keys.includes(key) && !revoked.includes(key) && [String(body.time), told.time].every(inTime);
  };
  return roles.includes(role) && keys.some(counts);
}

// ---- the runs these decisions allowed ----
function readRun({ actor: startedBy, seq: entry, time, body }, shown) {
  const {
    id: runbook,
    rules,
    policy,
    mappingSignature,
  } = shown.runbooks.find(({ id }) => id === body.runbook);
  const decisions = standing(runbook, entry, shown);
  const inOrder = decisions.filter(({ kind }) => kind === 'approval').sort((a, b) => a.told.seq - b.told.seq);
  const last = [...new Map(inOrder.map((one) => [one.signer, one])).values()];
  need(last.every((one) => one.body.decision === 'approve'));
  const inTime = ({ expiresAt }) => typeof expiresAt === 'string' && expiresAt > time;
  const actsAs = (role, one) => one.body.role === role && inTime(one.body) && signedAs(role, one, policy);
  const author = shown.decisions.find(({ id }) => id === mappingSignature).signer;
  const counted = last
    .filter(({ signer }) => signer !== author && signer !== startedBy)
    .filter((one) => rules.some(({ role }) => actsAs(role, one)));
  const rolesOf = ({ signer }) => policy.people.find(({ name }) => name === signer).roles;
  const lacks = ({ role, people }) => counted.filter((one) => rolesOf(one).includes(role)).length < people;
  const breaks = (one) =>
    one.kind === 'break-glass' &&
    actsAs(policy.breakGlass?.role, one) &&
    Date.parse(time) - Date.parse(one.body.time) < 86_400_000;
  const glass = rules.some(lacks) ? decisions.find(breaks) : null;
  need(glass !== undefined);
  const [run, approvedBy, brokenBy] = [String(body.run), names(counted), glass?.signer ?? null];
  const reviewedBy = glass ? names(reviewsOf(glass, rules[0], startedBy, policy, shown)) : [];
  const reviewersNeeded = glass ? rules[0].people : 0;
  return { run, runbook, startedBy, entry, approvedBy, brokenBy, reviewedBy, reviewersNeeded };
}

/** The decisions on a runbook before an entry that nobody had withdrawn; every approval the ledger speaks of has to be here. */
function standing(runbook, entry, { recordings, decisions, withdrawn }) {
  const stands = (envelope, seq) => seq < entry && !(withdrawn.get(envelope)?.seq < entry);
  for (const { body, seq } of recordings)
    if (body?.kind === 'approval' && body.about === runbook && stands(body.envelope, seq))
      need(decisions.some(({ id }) => id === body.envelope));
  return decisions.filter(({ id, body, told }) => body.runbook === runbook && stands(id, told.seq));
}

const reviewsOf = (glass, { role }, startedBy, policy, { decisions, withdrawn }) =>
  decisions
    .filter(({ kind, body }) => kind === 'break-glass-review' && body.breakGlass === glass.id)
    .filter((one) => !withdrawn.has(one.id) && signedAs(role, one, policy))
    .filter(({ signer }) => signer !== glass.signer && signer !== startedBy);

const names = (decisions) =>
  [...new Set(decisions.map(({ signer }) => signer))].sort((a, b) => (a < b ? -1 : 1));

// ---- everything, each part resting on the one before ----
function checkAll(content, trust) {
  const lines = readLines(content);
  const each = (kind, read) =>
    lines.filter((line) => line.kind === kind).map((line) => look(kind, line.at) && read(line));
  const { format, project, origin, size } = lines[0];
  look('trust', 1);
  need(format === 'godwit-proof/2' && origin === trust.origin && project === trust.project);
  let newest = { size: 0 };
  const checkpoints = each('checkpoint', (line) => (newest = readCheckpoint(line, newest, trust)));
  need(newest.size === size);
  look('witness', newest.at);
  need(newest.witnesses.length >= trust.witnessesNeeded);
  const entries = readEntries(lines.slice(checkpoints.at(-1).at), checkpoints);
  const told = (wanted) => entries.filter(({ type }) => type === wanted);
  const first = (type, name) =>
    new Map(
      told(type)
        .map((one) => [one.body?.[name], one])
        .reverse(),
    );
  const policies = new Map();
  each('policy', ({ text }) => {
    need(trust.policies.includes(digest(text)));
    policies.set(digest(text), parse(text));
  });
  const owners = new Map();
  for (const { name, keys, revoked } of [...policies.values()].flatMap(({ people }) => people))
    for (const key of [...keys, ...revoked]) owners.set(key, name);
  const recordings = told('decision-recorded');
  const recorded = first('decision-recorded', 'envelope');
  const withdrawn = first('decision-withdrawn', 'envelope');
  const planned = first('runbook-planned', 'runbook');
  const runbooks = each('runbook', (line) => readRunbook(line, { project, policies, planned }));
  const decisions = each('envelope', (line) => readDecision(line, { project, owners, recorded }));
  const shown = { size, trust, checkpoints, entries, runbooks, recordings, decisions, withdrawn };
  const runs = told('run-started').map((start) => look('approval', start.at) && readRun(start, shown));
  return { size, entries: entries.length, witnesses: newest.witnesses, runs, notProven: notProven(shown) };
}

/** What is wrong is told as a code and the line of the bundle, `entry@17`. */
export function verifyProof(content, trust) {
  try {
    return { holds: true, problems: [], ...checkAll(content, trust) };
  } catch {
    return { holds: false, problems: [place], notProven: nothingProven };
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [bundle, trust] = process.argv.slice(2).map((path) => readFileSync(path));
  const { notProven: lines, ...verdict } = verifyProof(bundle, JSON.parse(trust));
  console.log(`${JSON.stringify(verdict, null, 2)}\n\nThis does not prove:\n- ${lines.join('\n- ')}`);
  process.exitCode = verdict.holds ? 0 : 1;
}
