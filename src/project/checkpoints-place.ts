import type { Settings } from './settings.ts';

/** Where checkpoints of the target are; a system of another kind leaves nothing to choose. */
export function checkpointsOf({ systems: { target } }: Pick<Settings, 'systems'>): 'in-target' | 'beside' {
  return target.kind === 'postgres' ? target.checkpoints : 'in-target';
}
