import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf, sealFromKey } from '../host/index.ts';
import { canonicalJson } from './canonical-json.ts';
import { blindBody, entryLine, prepareEvent } from './entry.ts';
import { readEntry } from './read-entry.ts';

const runs = process.env['GODWIT_PROVE'] ? 10_000 : 300;
const time = '2026-11-20T10:00:00.000Z';
const prev = `sha256:${'0a'.repeat(32)}`;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a line is the RFC 8785 text of its entry, whatever stands in it, and reads back', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1 });
  const body = fc.dictionary(
    word,
    fc.oneof(word, fc.boolean(), fc.constant(null), fc.integer(), fc.array(word)),
  );
  fc.assert(
    fc.property(word, word, body, fc.nat(), fc.boolean(), (type, actor, content, at, first) => {
      const place = { seq: at + 1, prev: first ? null : prev };
      const line = entryLine(prepareEvent({ type, actor, body: content }, time), place.seq, place.prev);
      const entry = {
        ...place,
        time,
        type,
        actor,
        bodyDigest: digestOf(canonicalJson(content)),
        body: content,
      };
      expect(line).toBe(canonicalJson(entry));
      expect(readEntry(bytes(line))).toEqual(JSON.parse(canonicalJson(entry)));
    }),
    { numRuns: runs },
  );
});

test('a body that is kept elsewhere leaves a digest only its key can repeat', () => {
  const person = { name: 'Jane Doe', mail: 'jane@example.com' };
  const [seal, other] = [1, 2].map((byte) => sealFromKey(new Uint8Array(32).fill(byte)));
  const bodyDigest = blindBody(seal!, person);
  const line = entryLine(
    prepareEvent({ type: 'record-quarantined', actor: 'engine', bodyDigest }, time),
    1,
    null,
  );
  expect(line).not.toMatch(/Jane|example/);
  expect(readEntry(bytes(line))).toMatchObject({ bodyDigest });
  expect(blindBody(seal!, { mail: person.mail, name: person.name })).toBe(bodyDigest);
  expect(blindBody(other!, person)).not.toBe(bodyDigest);
  expect(bodyDigest).not.toContain(digestOf(canonicalJson(person)).slice(7));
});

test.each([
  ['an empty type', { type: '' }],
  ['a local time', { time: '2026-11-20T10:00:00+01:00' }],
  ['a number as text', { seq: '1' }],
  ['number 0', { seq: 0 }],
  ['a link that is no digest', { prev: 'sha256:1' }],
  ['a digest of another kind', { bodyDigest: 'md5:1' }],
  ['a member more', { also: 1 }],
])('a line with %s is no entry', (_name, change) => {
  const good = {
    seq: 1,
    prev: null,
    time,
    type: 'noted',
    actor: 'test',
    body: {},
    bodyDigest: digestOf('{}'),
  };
  expect(readEntry(bytes(canonicalJson(good)))).toEqual(good);
  expect(readEntry(bytes(canonicalJson({ ...good, ...change })))).toHaveProperty('wrong');
});
