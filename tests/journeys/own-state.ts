import { existsSync } from 'node:fs';

/**
 * Where a practice system of a journey keeps its state: beside the file that describes it. Throws where another one keeps its own there:
 * both would be the same system.
 */
export function ownState(description: string): string {
  const state = `${description}.sqlite`;
  if (existsSync(state))
    throw new Error(`another system is described by that file; take a copy for this one: ${description}`);
  return state;
}
