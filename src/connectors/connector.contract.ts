import { describe } from 'vitest';
import { contractOfBeingOpened } from './contract/being-opened.contract.ts';
import { type ContractSetup, ContractWorld } from './contract/contract-world.contract.ts';
import { contractOfCreating } from './contract/creating.contract.ts';
import { contractOfIds } from './contract/ids.contract.ts';
import { contractOfInspecting } from './contract/inspecting.contract.ts';
import { contractOfReading } from './contract/reading.contract.ts';
import { contractOfRefusing } from './contract/refusing.contract.ts';
import { contractOfSplitting } from './contract/splitting.contract.ts';
import { contractOfUndoing } from './contract/undoing.contract.ts';
import { contractOfUndoingBulk } from './contract/undoing-bulk.contract.ts';
import { contractOfUpserting } from './contract/upserting.contract.ts';
import { contractOfWriting } from './contract/writing.contract.ts';

/**
 * One suite for every shelf, run against the real system: the invariants of `port.ts` and every ability. What a system
 * cannot do must be declared in its capabilities, and then the declaration is what is tested.
 *
 * A shelf calls it from its own test file: `connectorContract('postgres 18', { connector, fresh, broken })`.
 */
export function connectorContract<Address>(name: string, setup: ContractSetup<Address>): void {
  const world = new ContractWorld(setup);
  describe(`connector contract: ${name}`, () => {
    contractOfBeingOpened(world);
    contractOfInspecting(world);
    contractOfReading(world);
    contractOfSplitting(world);
    world.withAbility('write', () => {
      contractOfWriting(world);
      contractOfRefusing(world);
      contractOfUpserting(world);
      contractOfIds(world);
      contractOfUndoing(world);
      contractOfUndoingBulk(world);
    });
    contractOfCreating(world);
  });
}

export type { ContractSetup, ContractSystem } from './contract/contract-world.contract.ts';
