import { describe, expect, test } from 'vitest';
import { signingKeyFromSeed, verifySignature } from '../host/index.ts';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { addCosignature, cosignaturesOn } from './cosignature.ts';
import { noteKeyId, signaturesOf, withLinesOf } from './signed-note.ts';

const key = (fill: number): ReturnType<typeof signingKeyFromSeed> =>
  signingKeyFromSeed(new Uint8Array(32).fill(fill));
const [runner, witness, other] = [key(1), key(2), key(3)];
const name = 'witness.example.com/w1';
const known = { name, publicKey: witness.publicKey };
const note = signCheckpoint(
  { origin: 'example.com/behind-the-sofa', size: 20852163, root: new Uint8Array(32).fill(7) },
  runner,
);
const time = '2023-03-20T12:05:47.900Z';
const cosigned = addCosignature(note, name, witness, time);

describe('a cosignature', () => {
  // The example of c2sp.org/tlog-cosignature; the key of its witness is not published.
  test('has the layout of the published one: key id, eight bytes of time, 64 of signature', () => {
    const line =
      '— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n';
    const published = signaturesOf(note + line, name, Buffer.from('jWbPPw==', 'base64'))[0]!;
    expect(published).toHaveLength(72);
    expect(Buffer.from(published).readBigUInt64BE()).toBe(1679315147n);
    const own = signaturesOf(cosigned, name, noteKeyId(name, witness.publicKey, 'cosignature'))[0]!;
    expect(own).toHaveLength(72);
    expect(Buffer.from(own).readBigUInt64BE()).toBe(1679313947n);
  });

  test('is over the header, the time, and the text', () => {
    const [line] = signaturesOf(cosigned, name, noteKeyId(name, witness.publicKey, 'cosignature'));
    const message = `cosignature/v1\ntime 1679313947\n${note.slice(0, note.indexOf('\n\n') + 1)}`;
    expect(verifySignature(witness.publicKey, Buffer.from(message), line!.subarray(8))).toBe(true);
  });

  test('is read back with its time, and leaves the runner’s signature as it was', () => {
    expect(cosignaturesOn(cosigned, [known], verifySignature)).toEqual([
      { witness: name, time: '2023-03-20T12:05:47.000Z' },
    ]);
    const trust = {
      origin: 'example.com/behind-the-sofa',
      publicKey: runner.publicKey,
      verify: verifySignature,
    };
    expect(openCheckpoint(cosigned, trust).size).toBe(20852163);
  });

  test('of one who is not known, or none, is passed over', () => {
    expect(cosignaturesOn(note, [known], verifySignature)).toEqual([]);
    expect(cosignaturesOn(addCosignature(note, name, other, time), [known], verifySignature)).toEqual([]);
    expect(cosignaturesOn(cosigned, [{ name: 'w2', publicKey: witness.publicKey }], verifySignature)).toEqual(
      [],
    );
  });

  test('is not a signature of the note, nor the other way round', () => {
    expect(noteKeyId(name, witness.publicKey)).not.toEqual(noteKeyId(name, witness.publicKey, 'cosignature'));
  });

  test.each([
    ['another text', cosigned.replace('20852163', '20852164')],
    ['another time', altered(5)],
    ['another signature', altered(40)],
    ['a time in a far year', farTime()],
  ])('with %s is refused', (_name, wrong) => {
    expect(() => cosignaturesOn(wrong, [known], verifySignature)).toThrow(
      expect.objectContaining({ code: 'ledger.note-unreadable' }),
    );
  });

  test('is taken over from the same note, once, and from no other', () => {
    expect(withLinesOf(note, cosigned)).toBe(cosigned);
    expect(withLinesOf(cosigned, cosigned)).toBe(cosigned);
    const longer = signCheckpoint({ origin: 'a', size: 1, root: new Uint8Array(32) }, runner);
    expect(() => withLinesOf(note, longer)).toThrow(
      expect.objectContaining({ code: 'ledger.note-unreadable' }),
    );
  });
});

/** The cosigned note with one byte of its last line changed. */
function altered(at: number): string {
  const line = cosigned.trimEnd().split('\n').at(-1)!;
  const bytes = Buffer.from(line.split(' ')[2]!, 'base64');
  bytes[at]! ^= 1;
  return cosigned.replace(line, `— ${name} ${bytes.toString('base64')}`);
}

function farTime(): string {
  const line = cosigned.trimEnd().split('\n').at(-1)!;
  const bytes = Buffer.from(line.split(' ')[2]!, 'base64');
  bytes.writeBigUInt64BE(2n ** 62n, 4);
  return cosigned.replace(line, `— ${name} ${bytes.toString('base64')}`);
}
