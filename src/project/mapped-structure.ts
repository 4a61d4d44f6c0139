import { systemNotary } from '../host/index.ts';
import { structureDigest } from '../runbook/index.ts';
import type { CheckedMove } from './check-map.ts';

/** Digest of the source relations that are mapped: a change of them after agreement stops the work. */
export function sourceDigest(move: CheckedMove): string {
  return structureDigest(move.source, mappedSources(move), systemNotary.digest);
}

export function mappedSources(move: CheckedMove): readonly string[] {
  return [...new Set(move.loaded.mapping.objects.map((object) => object.source))];
}

/** The same for the target, without what the runbook itself creates: it is not there before, and there after. */
export function targetDigest(move: CheckedMove, created: readonly string[]): string {
  return structureDigest(move.target, mappedTargets(move, created), systemNotary.digest);
}

export function mappedTargets(move: CheckedMove, created: readonly string[]): readonly string[] {
  const names = new Set(move.loaded.mapping.objects.map((object) => object.target));
  return [...names].filter((name) => !created.includes(name));
}
