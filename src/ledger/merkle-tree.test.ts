import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256Bytes } from '../host/index.ts';
import { bytesOfHex, hex } from '../model/index.ts';
import { leavesOfNextSubtree, MerkleRange } from './merkle-range.ts';
import { consistencyProof, inclusionProof, leafHash, merkleRoot, nodeHash } from './merkle-tree.ts';
import { verifyConsistency, verifyInclusion } from './verify-merkle-proof.ts';

const runs = process.env['GODWIT_PROVE'] ? 5_000 : 200;

// The public vectors of the Certificate Transparency reference implementation for RFC 6962.
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((text) => leafHash(bytesOfHex(text)));
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('RFC 6962', () => {
  test('leaf and node are told apart', () => {
    expect(hex(leafHash(new TextEncoder().encode('L123456')))).toBe(
      '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
    );
    const [left, right] = ['N123', 'N456'].map((text) => new TextEncoder().encode(text));
    expect(hex(nodeHash(left!, right!))).toBe(
      'aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb',
    );
  });

  test('the roots of the trees of 0 to 8 leaves', () => {
    const range = new MerkleRange();
    for (const [size, root] of roots.entries()) {
      expect(hex(merkleRoot(leaves.slice(0, size)))).toBe(root);
      expect(hex(range.root())).toBe(root);
      const next = leaves[size];
      if (next) range.append(next);
    }
  });

  test.each([
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      1,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('the inclusion proof of leaf %i of %i', (index, size, expected) => {
    const proof = inclusionProof(leaves.slice(0, size), index);
    expect(proof.map(hex)).toEqual(expected);
    expect(
      verifyInclusion({ index, size, leaf: leaves[index]!, proof, root: bytesOfHex(roots[size]!) }),
    ).toBe(true);
  });

  test.each([
    [1, 1, []],
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('the consistency proof from %i to %i', (firstSize, secondSize, expected) => {
    const proof = consistencyProof(leaves.slice(0, secondSize), firstSize);
    expect(proof.map(hex)).toEqual(expected);
    const [firstRoot, secondRoot] = [bytesOfHex(roots[firstSize]!), bytesOfHex(roots[secondSize]!)];
    expect(verifyConsistency({ firstSize, secondSize, firstRoot, secondRoot, proof })).toBe(true);
  });
});

const grown = Array.from({ length: 70 }, (_, at) => leafHash(Uint8Array.of(at)));
const broken = (hash: Uint8Array): Uint8Array =>
  Uint8Array.from(hash, (byte, at) => (at === 3 ? byte ^ 8 : byte));

test('every leaf of every tree is proven; a wrong leaf, place, size, root or proof is not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: grown.length }), fc.nat(), (size, seed) => {
      const some = grown.slice(0, size);
      const index = seed % size;
      const claim = {
        index,
        size,
        leaf: some[index]!,
        proof: inclusionProof(some, index),
        root: merkleRoot(some),
      };
      expect(verifyInclusion(claim)).toBe(true);
      expect(verifyInclusion({ ...claim, leaf: broken(claim.leaf) })).toBe(false);
      expect(verifyInclusion({ ...claim, root: broken(claim.root) })).toBe(false);
      expect(verifyInclusion({ ...claim, index: size })).toBe(false);
      expect(verifyInclusion({ ...claim, index: -1 })).toBe(false);
      expect(verifyInclusion({ ...claim, proof: [...claim.proof, claim.root] })).toBe(false);
      if (size > 1) {
        expect(verifyInclusion({ ...claim, index: (index + 1) % size })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: claim.proof.slice(1) })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: claim.proof.with(0, broken(claim.proof[0]!)) })).toBe(
          false,
        );
      }
    }),
    { numRuns: runs },
  );
});

test('growth is proven; another beginning is not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: grown.length }), fc.nat(), (secondSize, seed) => {
      const firstSize = seed % (secondSize + 1);
      const all = grown.slice(0, secondSize);
      const [firstRoot, secondRoot] = [merkleRoot(all.slice(0, firstSize)), merkleRoot(all)];
      const claim = { firstSize, secondSize, firstRoot, secondRoot, proof: consistencyProof(all, firstSize) };
      expect(verifyConsistency(claim)).toBe(true);
      expect(verifyConsistency({ ...claim, proof: [...claim.proof, firstRoot] })).toBe(false);
      if (firstSize > 0) expect(verifyConsistency({ ...claim, firstRoot: broken(firstRoot) })).toBe(false);
      if (firstSize > 0 && firstSize < secondSize) {
        expect(verifyConsistency({ ...claim, secondRoot: broken(secondRoot) })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: claim.proof.slice(1) })).toBe(false);
      }
    }),
    { numRuns: runs },
  );
});

test('the range and the tree agree', () => {
  const range = new MerkleRange();
  for (const [at, leaf] of grown.entries()) {
    range.append(leaf);
    expect(hex(range.root())).toBe(hex(merkleRoot(grown.slice(0, at + 1))));
  }
  expect(range.size).toBe(grown.length);
  expect(hex(new MerkleRange().root())).toBe(hex(sha256Bytes()));
});

test('a range of full subtrees, the largest that may stand there, has the root of its leaves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: grown.length }), fc.array(fc.nat()), (size, cuts) => {
      const range = new MerkleRange();
      for (const to of [...cuts.map((cut) => cut % size), size].sort((a, b) => a - b))
        while (range.size < to) {
          const leaves = leavesOfNextSubtree(range.size, to);
          range.append(merkleRoot(grown.slice(range.size, range.size + leaves)), leaves);
        }
      expect(hex(range.root())).toBe(hex(merkleRoot(grown.slice(0, size))));
    }),
    { numRuns: runs },
  );
  expect(() => {
    const range = new MerkleRange();
    range.append(grown[0]!);
    range.append(grown[1]!, 2);
  }).toThrow(RangeError);
});
