import { describe, expect, it } from 'vitest';
import { sharedPostgres, skipWithoutPostgres } from '../../servers/index.ts';
import { proveStructure } from './prove-structure.ts';

/** A small share of the proof `structure`. */
describe.skipIf(skipWithoutPostgres(18))('the structure of a made-up schema', () => {
  it('is in the target or in a finding, piece by piece', async () => {
    const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 2 ** 31);
    const proof = await proveStructure(await sharedPostgres(18), { seed, tables: 14, foreignKeys: 40 });
    expect(proof.lost, `GODWIT_SEED=${seed}`).toEqual([]);
    const { source, ...references } = proof.kinds['foreign key'] ?? { source: 0, target: 0, told: 0 };
    expect(source).toBeGreaterThan(40);
    expect(references).toEqual({ target: source, told: 0 });
    expect(proof.kinds['trigger']).toMatchObject({ target: 0, told: proof.kinds['trigger']?.source });
    expect(proof.records).toBe(14 * 5);
  }, 180_000);
});
