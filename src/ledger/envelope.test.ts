import { createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signingKeyFromSeed, verifySignature } from '../host/index.ts';
import type { Approval } from './decision.ts';
import { decisionKindOf, openDecision, payloadTypeOf, signDecision } from './decision-envelope.ts';
import {
  addSignature,
  type Envelope,
  envelopeId,
  envelopeText,
  openEnvelope,
  parseEnvelope,
  preAuthEncoding,
  signEnvelope,
} from './envelope.ts';

const runs = process.env['GODWIT_PROVE'] ? 5_000 : 150;
const ada = signingKeyFromSeed(new Uint8Array(32).fill(1));
const bea = signingKeyFromSeed(new Uint8Array(32).fill(2));
const eve = signingKeyFromSeed(new Uint8Array(32).fill(66));
const trust = { publicKeys: [ada.publicKey, bea.publicKey], verify: verifySignature };
const type = 'application/vnd.godwit.test.v1+json';
const content = { decision: 'approve', name: 'José 😀' };

describe('DSSE', () => {
  const published = {
    type: 'http://example.com/HelloWorld',
    body: Buffer.from('hello world'),
    pae: 'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    sig: 'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==',
    x: 46950820868899156662930047687818585632848591499744589407958293238635476079160n,
    y: 5640078356564379163099075877009565129882514886557779369047442380624545832820n,
  };

  test('encodes what is signed as the specification does', () => {
    expect(Buffer.from(preAuthEncoding(published.type, published.body)).toString()).toBe(published.pae);
    expect(Buffer.from(preAuthEncoding('é', Buffer.from('ü😀'))).toString()).toBe('DSSEv1 2 é 6 ü😀');
    expect(Buffer.from(preAuthEncoding('', new Uint8Array())).toString()).toBe('DSSEv1 0  0 ');
  });

  test('the published signature (of another kind of key) holds over our encoding', () => {
    const coordinate = (value: bigint): string =>
      Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toString('base64url');
    const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(published.x), y: coordinate(published.y) };
    const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const };
    const bytes = preAuthEncoding(published.type, published.body);
    expect(verify('sha256', bytes, key, Buffer.from(published.sig, 'base64'))).toBe(true);
  });

  test('an envelope is read back, its signers are the keys that verify', () => {
    const envelope = signEnvelope(type, content, [ada]);
    const both = parseEnvelope(envelopeText(addSignature(envelope, bea)));
    expect(openEnvelope(both, type, trust)).toEqual({
      id: envelopeId(envelope),
      signers: [ada.publicKey, bea.publicKey],
      content,
    });
  });

  test('the key a signature names is a hint and no more', () => {
    const envelope = signEnvelope(type, content, [ada]);
    const renamed = { ...envelope, signatures: [{ ...envelope.signatures[0]!, keyid: bea.publicKey }] };
    expect(openEnvelope(renamed, type, trust).signers).toEqual([ada.publicKey]);
    const twice = { ...envelope, signatures: [envelope.signatures[0]!, envelope.signatures[0]!] };
    expect(openEnvelope(twice, type, trust).signers).toEqual([ada.publicKey]);
  });

  test('both alphabets of base64 are read, and name the same decision', () => {
    const envelope = signEnvelope(type, { text: '>>>???~~~ÿÿ' }, [ada]);
    const url = (text: string): string => Buffer.from(text, 'base64').toString('base64url');
    const other = {
      ...envelope,
      payload: url(envelope.payload),
      signatures: envelope.signatures.map(({ keyid, sig }) => ({ keyid, sig: url(sig) })),
    };
    expect(openEnvelope(other, type, trust)).toEqual(openEnvelope(envelope, type, trust));
  });
});

describe('an envelope is refused', () => {
  const envelope = signEnvelope(type, content, [ada]);
  const payload = (text: string): Envelope => ({
    ...envelope,
    payload: Buffer.from(text).toString('base64'),
  });
  const signedAs = (text: string): Envelope => {
    const bare = { ...payload(text), signatures: [] };
    return addSignature(bare, ada);
  };

  test.each<[string, Envelope, string]>([
    ['with another content', payload('{"decision":"reject"}'), 'ledger.envelope-untrusted'],
    ['with another type', { ...envelope, payloadType: 'application/x' }, 'ledger.envelope-untrusted'],
    ['of a stranger', signEnvelope(type, content, [eve]), 'ledger.envelope-untrusted'],
    ['without a signature', { ...envelope, signatures: [] }, 'ledger.envelope-untrusted'],
    ['signed but not JSON', signedAs('approve'), 'ledger.not-strict-json'],
    ['signed with a key twice', signedAs('{"a":1,"a":2}'), 'ledger.not-strict-json'],
    ['signed with spaces', signedAs('{"a": 1}'), 'ledger.envelope-unreadable'],
    ['signed with its keys in another order', signedAs('{"b":1,"a":1}'), 'ledger.envelope-unreadable'],
    ['with a payload that is not base64', { ...envelope, payload: 'a b' }, 'ledger.envelope-unreadable'],
  ])('%s', (_name, wrong, code) => {
    expect(() => openEnvelope(wrong, type, trust)).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ['another scheme', { ...envelope, scheme: 'gpg' }],
    ['no payload', { ...envelope, payload: undefined }],
    ['signatures that are none', { ...envelope, signatures: [1] }],
    ['nothing', null],
    ['a list', []],
  ])('as a file with %s', (_name, wrong) => {
    expect(() => parseEnvelope(JSON.stringify(wrong))).toThrow(
      expect.objectContaining({ code: 'ledger.envelope-unreadable' }),
    );
  });

  test('when one bit of what was signed or of the signature is changed', () => {
    const flip = (text: string, at: number): string => {
      const bytes = Buffer.from(text, 'base64');
      bytes[Math.floor(at / 8) % bytes.length]! ^= 1 << (at % 8);
      return bytes.toString('base64');
    };
    fc.assert(
      fc.property(fc.nat(10_000), fc.constantFrom('payload', 'sig', 'type'), (at, part) => {
        const wrong: Envelope =
          part === 'payload'
            ? { ...envelope, payload: flip(envelope.payload, at) }
            : part === 'sig'
              ? {
                  ...envelope,
                  signatures: [{ keyid: ada.publicKey, sig: flip(envelope.signatures[0]!.sig, at) }],
                }
              : { ...envelope, payloadType: `${type.slice(0, at % type.length)}x` };
        expect(() => openEnvelope(wrong, type, trust)).toThrow(
          expect.objectContaining({ code: 'ledger.envelope-untrusted' }),
        );
      }),
      { numRuns: runs },
    );
  });
});

describe('a decision', () => {
  const approval: Approval = {
    formatVersion: 1,
    project: 'crm',
    runbook: `sha256:${'a'.repeat(64)}`,
    decision: 'approve',
    approver: 'Ada',
    role: 'approver',
    shown: `sha256:${'b'.repeat(64)}`,
    reason: null,
    time: '2026-11-20T10:00:00.000Z',
    expiresAt: '2026-11-27T10:00:00.000Z',
    nonce: '0123456789abcdef',
  };

  test('is signed and read back under its kind only', () => {
    const envelope = signDecision('approval', approval, [ada]);
    expect(decisionKindOf(envelope)).toBe('approval');
    expect(openDecision('approval', envelope, trust).body).toEqual(approval);
    expect(() => openDecision('finding-decision', envelope, trust)).toThrow(
      expect.objectContaining({ code: 'ledger.envelope-untrusted' }),
    );
    const disguised = { ...envelope, payloadType: payloadTypeOf('finding-decision') };
    expect(() => openDecision('finding-decision', disguised, trust)).toThrow(
      expect.objectContaining({ code: 'ledger.envelope-untrusted' }),
    );
    expect(decisionKindOf({ ...envelope, payloadType: 'text/plain' })).toBeNull();
  });

  test.each([
    ['an unknown decision', { decision: 'maybe' }],
    ['a digest of another kind', { runbook: 'md5:1' }],
    ['a local time', { time: '2026-11-20T10:00:00+01:00' }],
    ['a time without milliseconds', { expiresAt: '2026-11-20T10:00:00Z' }],
    ['an unknown role', { role: 'king' }],
    ['a member more', { also: 1 }],
    ['a newer format', { formatVersion: 2 }],
    ['a short nonce', { nonce: '1' }],
  ])('with %s is refused, signed or not', (_name, change) => {
    const wrong = { ...approval, ...change };
    const refused = expect.objectContaining({ code: 'ledger.envelope-unreadable' });
    expect(() => signDecision('approval', wrong as Approval, [ada])).toThrow(refused);
    expect(() =>
      openDecision('approval', signEnvelope(payloadTypeOf('approval'), wrong, [ada]), trust),
    ).toThrow(refused);
  });
});
