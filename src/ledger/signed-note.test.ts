import { describe, expect, test } from 'vitest';
import { publicKeyText, signingKeyFromSeed, verifySignature } from '../host/index.ts';
import { hex } from '../model/index.ts';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { addNoteSignature, noteKeyId, openNote, signNote } from './signed-note.ts';

// The public example of the format's first implementation (golang.org/x/mod/sumdb/note).
const name = 'PeterNeumann';
const seed = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const publicKey = publicKeyText(
  Buffer.from('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'base64').subarray(1),
);
const text =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const note = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
const key = signingKeyFromSeed(seed);
const other = signingKeyFromSeed(new Uint8Array(32).fill(4));
const open = (content: string): string => openNote(content, name, publicKey, verifySignature);

describe('a signed note', () => {
  test('is the one the format’s first implementation writes and reads', () => {
    expect(key.publicKey).toBe(publicKey);
    expect(hex(noteKeyId(name, publicKey))).toBe('c74f20a3');
    expect(signNote(text, name, key)).toBe(note);
    expect(open(note)).toBe(text);
  });

  test('carries signatures of others, known or not', () => {
    const both = addNoteSignature(note, 'witness.example', other);
    expect(open(both)).toBe(text);
    expect(openNote(both, 'witness.example', other.publicKey, verifySignature)).toBe(text);
  });

  test('with empty lines in its text ends at the last one', () => {
    expect(open(signNote('a\n\nb\n', name, key))).toBe('a\n\nb\n');
  });

  test.each([
    ['another text', note.replace('answer', 'ANSWER')],
    ['a bad signature', note.replace('x08go/ZJ', 'x08go/ZK')],
    ['another key of the same name', signNote(text, name, other)],
    ['the same key under another name', signNote(text, 'PeterNewman', key)],
    ['no signature', `${text}\n`],
    ['no empty line', text],
    ['a hyphen for the dash', note.replace('—', '-')],
    ['a signature without padding', note.replace('nAM=', 'nAM')],
    ['no line feed at the end', note.slice(0, -1)],
    ['a carriage return', note.replace('\n', '\r\n')],
    [
      'a second, bad signature of the same key',
      `${note}${note.slice(note.indexOf('—')).replace('ZInN', 'ZInO')}`,
    ],
  ])('with %s is refused', (_name, wrong) => {
    expect(() => open(wrong)).toThrow(expect.objectContaining({ code: 'ledger.note-unreadable' }));
  });

  test('is not written with a name or text that could be read otherwise', () => {
    for (const [badText, badName] of [
      ['a\n', 'two words'],
      ['a\n', 'a+b'],
      ['a\n', ''],
      ['a', name],
      ['\u0001\n', name],
    ])
      expect(() => signNote(badText!, badName!, key)).toThrow(
        expect.objectContaining({ code: 'ledger.note-unreadable' }),
      );
  });
});

describe('a checkpoint', () => {
  const trust = { origin: 'godwit/crm', publicKey: key.publicKey, verify: verifySignature };
  const checkpoint = { origin: 'godwit/crm', size: 20852163, root: new Uint8Array(32).fill(9) };

  test('is three lines, signed, and read back', () => {
    const signed = signCheckpoint(checkpoint, key);
    expect(signed.split('\n').slice(0, 4)).toEqual([
      'godwit/crm',
      '20852163',
      Buffer.from(checkpoint.root).toString('base64'),
      '',
    ]);
    expect(openCheckpoint(signed, trust)).toEqual(checkpoint);
  });

  test('of a project that was renamed says so', () => {
    const renamed = { ...trust, origin: 'godwit/crm-2' };
    expect(() => openCheckpoint(signCheckpoint(checkpoint, key), renamed)).toThrow(
      'give it its old name back',
    );
  });

  test.each([
    ['more lines', 'godwit/crm\n1\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\nmore\n'],
    ['a leading zero', 'godwit/crm\n01\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n'],
    ['a short root', 'godwit/crm\n1\nCQkJ\n'],
    ['another origin', 'godwit/erp\n1\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n'],
    ['no root', 'godwit/crm\n1\n'],
  ])('with %s is refused though it is signed', (_name, body) => {
    const signed = signNote(body, 'godwit/crm', key);
    expect(() => openCheckpoint(signed, trust)).toThrow(
      expect.objectContaining({ code: 'ledger.note-unreadable' }),
    );
  });
});
