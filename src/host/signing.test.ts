import { describe, expect, test } from 'vitest';
import { bytesOfHex, hex } from '../model/index.ts';
import { publicKeyBytes, publicKeyText, signingKeyFromSeed, verifySignature } from './signing.ts';

describe('Ed25519', () => {
  // RFC 8032, section 7.1, tests 1 to 3.
  test.each([
    [
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
  ])('signs as the specification does', (seed, publicKey, message, signature) => {
    const key = signingKeyFromSeed(bytesOfHex(seed));
    expect(hex(publicKeyBytes(key.publicKey))).toBe(publicKey);
    expect(hex(key.sign(bytesOfHex(message)))).toBe(signature);
    expect(verifySignature(key.publicKey, bytesOfHex(message), bytesOfHex(signature))).toBe(true);
    expect(verifySignature(key.publicKey, bytesOfHex(`${message}00`), bytesOfHex(signature))).toBe(false);
    expect(verifySignature(key.publicKey, bytesOfHex(message), bytesOfHex(`${signature}00`))).toBe(false);
  });

  test('refuses a signature whose scalar was moved by the order of the group', () => {
    const key = signingKeyFromSeed(new Uint8Array(32).fill(7));
    const message = Uint8Array.of(1, 2, 3);
    const signature = key.sign(message);
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    let scalar = 0n;
    for (let at = 63; at >= 32; at -= 1) scalar = scalar * 256n + BigInt(signature[at]!);
    scalar += order;
    const moved = Uint8Array.from(signature, (byte, at) =>
      at < 32 ? byte : Number((scalar >> BigInt(8 * (at - 32))) & 0xffn),
    );
    expect(verifySignature(key.publicKey, message, signature)).toBe(true);
    expect(verifySignature(key.publicKey, message, moved)).toBe(false);
  });
});

describe('a public key', () => {
  const text = signingKeyFromSeed(new Uint8Array(32).fill(1)).publicKey;

  test.each([
    ['without its prefix', text.slice(8)],
    ['of another kind', text.replace('ed25519:', 'rsa:')],
    ['without padding', text.replace(/=+$/, '')],
    ['with a space behind', `${text} `],
    ['too short', 'ed25519:AAAA'],
    ['in the alphabet of addresses', publicKeyText(new Uint8Array(32).fill(0xfb)).replaceAll('+', '-')],
  ])('%s is refused', (_name, wrong) => {
    expect(() => publicKeyBytes(wrong)).toThrow(expect.objectContaining({ code: 'host.public-key-invalid' }));
  });

  test('under which anybody could sign is refused', () => {
    // The neutral element: R = S·B fits every message, so the all-known signature "R neutral, S zero" would be valid.
    const neutral = Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 1 : 0));
    const forged = Uint8Array.from({ length: 64 }, (_, at) => (at === 0 ? 1 : 0));
    expect(() => verifySignature(publicKeyText(neutral), Uint8Array.of(9), forged)).toThrow(
      /anybody can sign/,
    );
    const mirrored = Uint8Array.from(neutral);
    mirrored[31] = 0x80;
    expect(() => publicKeyBytes(publicKeyText(mirrored))).toThrow(/anybody can sign/);
  });
});
