// The history: checkpoints that the runner and witnesses signed, each going on from the one before, and the entries under them.
// Proofs are read backwards by the definition of RFC 6962, 2.1: the last hash of a proof belongs to the topmost node.
import {
  canonical,
  digest,
  fromBase64,
  hashes,
  isObject,
  leafHash,
  need,
  nodeHash,
  rawKey,
  readCanonical,
  sha256,
  shape,
  signedBy,
  string,
} from './texts.mjs';

const half = (value) => Math.floor(value / 2);
const leftSize = (size) => 2 ** Math.floor(Math.log2(size - 1));

function rootOver(index, size, leaf, proof) {
  if (size === 1) return leaf;
  const [left, other] = [leftSize(size), proof.pop() ?? leaf];
  return index < left
    ? nodeHash(rootOver(index, left, leaf, proof), other)
    : nodeHash(other, rootOver(index - left, size - left, leaf, proof));
}

/** The old root and the new one, as the proof has them. */
function rootsOver(old, size, proof, oldRoot) {
  const other = old === size && oldRoot ? oldRoot : (proof.pop() ?? Buffer.alloc(32));
  if (old === size) return [other, other];
  const left = leftSize(size);
  const [before, now] =
    old <= left ? rootsOver(old, left, proof, oldRoot) : rootsOver(old - left, size - left, proof, null);
  return old <= left ? [before, nodeHash(now, other)] : [nodeHash(other, before), nodeHash(other, now)];
}

function consistent(first, second, proof) {
  const [before, now] = rootsOver(first.size, second.size, proof, first.root);
  return proof.length === 0 && before.equals(first.root) && now.equals(second.root);
}

/** Roots of the full subtrees on the right edge; the root of all is theirs, folded from the right. */
function append(edge, size, leaf) {
  let node = leaf;
  for (let rest = size; rest % 2 === 1; rest = half(rest)) node = nodeHash(edge.pop(), node);
  edge.push(node);
}

// ---- checkpoints: C2SP signed notes, checkpoints and cosignatures ----
function readNote({ note, at }) {
  const middle = note.lastIndexOf('\n\n');
  need(middle >= 0 && note.length <= 100_000 && note.endsWith('\n'), 'checkpoint', at);
  const text = note.slice(0, middle + 1);
  need(!/[\u0000-\u0009\u000b-\u001f]/.test(text), 'checkpoint', at);
  const signatures = note
    .slice(middle + 2, -1)
    .split('\n')
    .map((line) => {
      const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
      const bytes = encoded === undefined ? null : fromBase64(encoded);
      need(bytes !== null && bytes.length >= 5, 'checkpoint', at);
      return { name, id: bytes.subarray(0, 4), bytes: bytes.subarray(4) };
    });
  const [origin, size, root, end, ...more] = text.split('\n');
  const hash = hashes([root ?? ''])?.[0];
  need(end === '' && more.length === 0 && /^(?:0|[1-9]\d{0,14})$/.test(size) && hash, 'checkpoint', at);
  return { at, text, signatures, origin, size: Number(size), root: hash };
}

function linesOf({ signatures }, name, key, kind) {
  const id = sha256(Buffer.from(`${name}\n`), Buffer.of(kind), rawKey(key)).subarray(0, 4);
  return signatures.filter((one) => one.name === name && one.id.equals(id)).map(({ bytes }) => bytes);
}

export function checkCheckpoints(lines, trust) {
  let before = null;
  for (const line of lines) {
    const note = readNote(line);
    const own = linesOf(note, trust.origin, trust.runnerKey, 1);
    need(note.origin === trust.origin && own.length > 0, 'checkpoint', line.at);
    need(
      own.every((one) => signedBy(trust.runnerKey, Buffer.from(note.text), one)),
      'checkpoint',
      line.at,
    );
    note.witnesses = trust.witnesses.flatMap(({ name, publicKey }) => {
      const cosigned = linesOf(note, name, publicKey, 4);
      for (const one of cosigned) {
        const time = one.length === 72 ? one.readBigUInt64BE() : 2n ** 63n;
        const message = Buffer.from(`cosignature/v1\ntime ${time}\n${note.text}`);
        need(
          time <= 253_402_300_799n && signedBy(publicKey, message, one.subarray(8)),
          'checkpoint',
          line.at,
        );
      }
      return cosigned.length > 0 ? [name] : [];
    });
    const proof = hashes(line.proof);
    const grows =
      before === null
        ? line.proof.length === 0 && note.size > 0
        : proof && note.size > before.size && consistent(before, note, proof);
    need(grows, 'checkpoint', line.at);
    lines[lines.indexOf(line)] = before = note;
  }
  need(before.witnesses.length >= trust.witnessesNeeded, 'witness', before.at);
  return lines;
}

// ---- entries ----
const word = (value) => string(value) && value !== '';
const entryForm = {
  actor: word,
  bodyDigest: (value) => string(value) && /^(?:sha256|hmac-sha256):[0-9a-f]{64}$/.test(value),
  prev: (value) => value === null || (string(value) && /^sha256:[0-9a-f]{64}$/.test(value)),
  seq: (value) => Number.isSafeInteger(value) && value > 0,
  time: (value) => string(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value),
  type: word,
};

export function checkEntries(lines, shown, checkpoints) {
  const newest = checkpoints.at(-1);
  const [entries, edge] = [[], []];
  let [seq, link, covered] = [0, null, 0];
  for (const { line, proof, at } of lines) {
    const bytes = Buffer.from(line);
    const entry = readCanonical(bytes);
    const hasBody = isObject(entry) && Object.hasOwn(entry, 'body');
    need(shape(entry, hasBody ? { ...entryForm, body: () => true } : entryForm), 'entry', at);
    need(!hasBody || entry.bodyDigest === digest(canonical(entry.body)), 'entry', at);
    need(
      (shown === 'all' ? entry.seq === seq + 1 : entry.seq > seq) && entry.seq <= newest.size,
      'entry',
      at,
    );
    need(entry.seq > seq + 1 || entry.prev === link, 'entry', at);
    const leaf = leafHash(bytes);
    const path = hashes(proof);
    if (shown === 'all') append(edge, seq, leaf);
    need(
      shown === 'all'
        ? proof.length === 0
        : path && rootOver(entry.seq - 1, newest.size, leaf, path).equals(newest.root) && path.length === 0,
      'entry',
      at,
    );
    [seq, link] = [entry.seq, `sha256:${leaf.toString('hex')}`];
    entries.push({ ...entry, at });
    const here = shown === 'all' && checkpoints.find(({ size }) => size === seq);
    if (here)
      need(edge.reduceRight((right, left) => nodeHash(left, right)).equals(here.root), 'history', here.at);
    covered += 1;
  }
  need(shown === 'some' || covered === newest.size, 'history', newest.at);
  return entries;
}
