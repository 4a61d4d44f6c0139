#!/usr/bin/env node
// Checks a proof bundle (*.gwproof) with a trust root, and nothing of godwit: only what Node brings along. Written from
// docs/reference/proof-bundle.md, so that nobody has to take godwit's own word for it.
//
//     node verify-proof.mjs evidence.gwproof trust.json     ends with 0 when it holds, with 1 when it does not
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { checkEnvelope, checkRun, checkRunbook } from './decisions.mjs';
import { checkCheckpoints, checkEntries } from './history.mjs';
import { digest, Fault, is, need, part, readCanonical, shape, string, strings } from './texts.mjs';

const forms = {
  proof: {
    kind: string,
    format: is('godwit-proof/1'),
    project: string,
    origin: string,
    entries: is('all', 'some'),
    size: (n) => Number.isSafeInteger(n) && n > 0,
  },
  policy: { kind: string, text: string },
  runbook: { kind: string, text: string },
  envelope: { kind: string, envelope: (one) => shape(one, envelopeForm) },
  checkpoint: { kind: string, note: string, proof: strings },
  entry: { kind: string, line: string, proof: strings },
};
const envelopeForm = {
  scheme: is('dsse-ed25519', 'sshsig'),
  payloadType: string,
  payload: string,
  signatures: (all) =>
    Array.isArray(all) && all.length > 0 && all.every((one) => shape(one, { keyid: string, sig: string })),
};

function readLines(content) {
  const order = Object.keys(forms);
  const lines = [];
  for (let start = 0, rank = -1; start < content.length; ) {
    const end = content.indexOf(0x0a, start);
    const at = lines.length + 1;
    const value = end < 0 ? undefined : readCanonical(content.subarray(start, end));
    const own = order.indexOf(part(value, 'kind'));
    need(own >= 0 && shape(value, forms[value.kind]), 'unreadable', at);
    need(rank < 0 ? own === 0 : own > 0 && own >= rank, 'unreadable', at);
    lines.push({ ...value, at });
    [start, rank] = [end + 1, own];
  }
  need(
    lines.some(({ kind }) => kind === 'checkpoint'),
    'unreadable',
    lines.length + 1,
  );
  return lines;
}

/** @returns {{holds: boolean, problems: string[], size?: number, entries?: number, witnesses?: string[], runs?: object[]}} */
export function verifyProof(content, trust) {
  try {
    const lines = readLines(content);
    const of = (kind) => lines.filter((line) => line.kind === kind);
    const [head] = lines;
    need(head.origin === trust.origin && head.project === trust.project, 'trust', 1);
    const checkpoints = checkCheckpoints(of('checkpoint'), trust);
    const newest = checkpoints.at(-1);
    need(newest.size === head.size, 'checkpoint', newest.at);
    const entries = checkEntries(of('entry'), head.entries, checkpoints);
    const policies = new Map(
      of('policy').map(({ text, at }) => {
        const people = part(readCanonical(Buffer.from(text)), 'people');
        need(trust.policies.includes(digest(text)) && people, 'policy', at);
        return [digest(text), people];
      }),
    );
    const runbooks = of('runbook').map((line) => checkRunbook(line, head.project, policies, entries));
    const owners = new Map(
      [...policies.values()]
        .flat()
        .flatMap(({ name, keys, revoked }) => [...keys, ...revoked].map((key) => [key, name])),
    );
    const told = entries.filter(({ type }) => type === 'decision-recorded').reverse();
    const recorded = new Map(told.map(({ body, seq }) => [part(body, 'envelope'), seq]));
    const decisions = of('envelope').map((line) => checkEnvelope(line, head.project, owners, recorded));
    const runs = entries
      .filter(({ type }) => type === 'run-started')
      .map((start) => checkRun(start, entries, runbooks, decisions));
    return {
      holds: true,
      problems: [],
      size: head.size,
      entries: entries.length,
      witnesses: newest.witnesses,
      runs,
    };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { holds: false, problems: [error.message] };
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [bundle, trust] = process.argv.slice(2);
  const verdict = verifyProof(readFileSync(bundle), JSON.parse(readFileSync(trust, 'utf8')));
  console.log(JSON.stringify(verdict, null, 2));
  process.exitCode = verdict.holds ? 0 : 1;
}
