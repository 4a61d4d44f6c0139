import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { fingerprintText, isGodwitError } from '../../model/index.ts';
import type { Ability } from '../port.ts';
import { type ContractWorld, contextFor } from './contract-world.contract.ts';
import { people } from './neutral-relations.contract.ts';

const abilities: readonly Ability[] = [
  'inspect',
  'read',
  'consistent-snapshot',
  'write',
  'transactional-slices',
  'upsert',
  'update',
  'assigns-ids',
  'constraints',
  'undo',
  'create-relations',
  'sandbox',
  'replica-lag',
  'lock-waits',
  'log-written',
  'log-kept',
  'api-calls',
  'others-at-work',
  'lock-holders',
];

export function contractOfBeingOpened<Address>(world: ContractWorld<Address>): void {
  describe('being opened', () => {
    test('every ability is declared: it is there, or a reason says why not', () => {
      const declared = world.connector.capabilities.abilities;
      expect(Object.keys(declared).sort()).toEqual([...abilities].sort());
      for (const ability of abilities)
        expect(declared[ability] === true || declared[ability].length > 20, ability).toBe(true);
    });

    test('what is declared is what an opened target offers', async () => {
      await using fresh = await world.fresh(people);
      const target = await fresh.open('target');
      expect(target.kind).toBe(world.connector.kind);
      expect(target.writes !== null).toBe(world.can('write'));
      expect(target.undoes !== null).toBe(world.can('undo'));
      if (world.can('create-relations') || world.can('sandbox')) expect(target.creates).not.toBeNull();
    });

    test('a source offers no way to write', async () => {
      await using fresh = await world.fresh(people);
      const source = await fresh.open('source');
      expect(source.writes).toBeNull();
      expect(source.undoes).toBeNull();
    });

    test('the fingerprint stays the same across openings, roles and changes of data', async () => {
      await using fresh = await world.fresh(people);
      const before = fingerprintText(await (await fresh.open('source')).fingerprint());
      await fresh.closeAll();
      await fresh.plain.seed('people', ['id'], [['1']]);
      const target = await fresh.open('target');
      expect(fingerprintText(await target.fingerprint())).toBe(before);
      if (target.writes !== null) await target.writes.prepare('run-1');
      expect(fingerprintText(await (await fresh.open('source')).fingerprint())).toBe(before);
    });

    test('two systems have two fingerprints', async () => {
      await using one = await world.fresh(people);
      await using other = await world.fresh(people);
      const [a, b] = [await one.open('source'), await other.open('source')];
      expect(fingerprintText(await a.fingerprint())).not.toBe(fingerprintText(await b.fingerprint()));
    });

    test('it says its version, and no check of a sound system fails', async () => {
      await using fresh = await world.fresh(people);
      for (const role of ['source', 'target'] as const) {
        const system = await fresh.open(role);
        expect((await system.describe()).version).not.toBe('');
        const checks = await system.check();
        expect(checks.length).toBeGreaterThan(0);
        for (const { outcome, detail, fix } of checks) {
          expect(outcome, detail).not.toBe('fail');
          expect(fix === null).toBe(outcome === 'ok');
        }
      }
    });

    for (const { title, address, secret, fate } of world.setup.broken)
      test(`cannot be opened: ${title}`, async () => {
        const failure: unknown = await openAndClose(world, await address());
        expect(isGodwitError(failure), inspect(failure)).toBe(true);
        if (!isGodwitError(failure)) return;
        expect(failure.fate).toBe(fate);
        expect(failure.code).toMatch(/^[a-z]+\.[a-z-]+$/);
        expect(failure.nextStep).not.toBe('');
        if (secret !== null) expect(everythingAbout(failure)).not.toContain(secret);
      });
  });
}

async function openAndClose<Address>(world: ContractWorld<Address>, address: Address): Promise<unknown> {
  try {
    await using system = await world.connector.open(address, contextFor('source'));
    return await system.inspects.inspect();
  } catch (error) {
    return error;
  }
}

/** Text, stack, JSON and causes: whatever a log could print. */
function everythingAbout(error: Error): string {
  return [inspect(error, { depth: 12, showHidden: true }), JSON.stringify(error), error.stack].join('\n');
}
