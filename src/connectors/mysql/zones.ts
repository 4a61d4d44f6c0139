import type { BulkLoad } from '../port.ts';

/** Seconds east of UTC, for a local time in seconds since 1970 as if it were UTC. */
export type OffsetOfLocal = (localSecond: number) => number;

/**
 * The zones whose local times a load reads, by name. The mapping language, which knows them, is loaded for those alone: in
 * each thread it takes some 20 MB.
 */
export async function zonesOf({ fields }: BulkLoad): Promise<ReadonlyMap<string, OffsetOfLocal>> {
  const names = fields.flatMap(({ source }) => (source.kind === 'read' ? (source.zone ?? []) : []));
  if (names.length === 0) return new Map();
  const { zoneOfText } = await import('../../expressions/index.ts');
  return new Map(
    names.map((name) => {
      const zone = zoneOfText(name);
      return [name, (second: number) => zone.offsetOfLocal(second)];
    }),
  );
}
