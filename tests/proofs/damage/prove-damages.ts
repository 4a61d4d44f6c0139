import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SeededChoice } from '../../../demo/seeded-choice.ts';
import type { PostgresAccess } from '../../servers/index.ts';
import { makeDamageWorld, type WorldSize } from './damage-world.ts';
import { type Damage, drawDamage } from './draw-damage.ts';
import { judgeClean, judgeDamage } from './judge-audit.ts';

export interface DamageCount {
  readonly damages: number;
  readonly found: number;
  /** How many of each kind were planted. */
  readonly kinds: Readonly<Record<string, number>>;
  /** How often each field was the one that was changed or exchanged. */
  readonly fields: Readonly<Record<string, number>>;
  readonly audits: number;
  /** Tables nobody had touched, audited beside the damaged ones. */
  readonly controls: number;
  /** What an audit should have said and did not, in words. */
  readonly wrong: readonly string[];
}

export interface DamageOrder {
  readonly count: number;
  readonly size: WorldSize;
  /** Tables left alone in each audit. */
  readonly controls: number;
  readonly choice: SeededChoice;
  readonly server: PostgresAccess | null;
  readonly say: (text: string) => void;
}

/**
 * Plants damages, each the only one of its table, has `godwit audit` look at all tables, holds what it says against what was
 * done, and mends. At the end everything is mended, and the last audit has to find nothing.
 */
export async function proveDamages({
  count,
  size,
  controls,
  choice,
  server,
  say,
}: DamageOrder): Promise<DamageCount> {
  const folder = await mkdtemp(join(tmpdir(), 'godwit-damage-'));
  try {
    await using world = await makeDamageWorld(folder, size, choice, server);
    const planted: Damage[] = [];
    const wrong: string[] = [];
    let [audits, untouched] = [0, 0];
    while (planted.length < count) {
      const alone = new Set(Array.from({ length: controls }, () => choice.of(world.tables)));
      const damages = world.tables
        .filter((table) => !alone.has(table))
        .slice(0, count - planted.length)
        .map((table) => drawDamage(table, choice));
      await world.plant(damages);
      const { relations } = await world.project.audit();
      await world.mend(damages);
      const byName = new Map(relations.map((relation) => [relation.relation, relation]));
      const damaged = new Set(damages.map(({ table }) => table));
      const clean = world.tables.filter((table) => !damaged.has(table));
      wrong.push(
        ...damages.flatMap((damage) => judgeDamage(damage, byName.get(damage.table.name)) ?? []),
        ...clean.flatMap(({ name }) => judgeClean(byName.get(name)) ?? []),
      );
      planted.push(...damages);
      audits += 1;
      untouched += clean.length;
      if (audits % 10 === 0)
        say(`${server === null ? 'SQLite' : 'PostgreSQL'}: ${planted.length} damages, ${wrong.length} wrong`);
    }
    const { relations } = await world.project.audit();
    wrong.push(...relations.flatMap((relation) => judgeClean(relation) ?? []));
    return {
      damages: planted.length,
      found: planted.length - wrong.length,
      kinds: counted(planted.map(({ kind }) => kind)),
      fields: counted(planted.flatMap(({ field }) => field ?? [])),
      audits: audits + 1,
      controls: untouched + relations.length,
      wrong: wrong.slice(0, 20),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function counted(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
