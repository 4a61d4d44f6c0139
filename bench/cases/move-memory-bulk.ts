import { moveWithGodwit } from '../crm/copy-with-godwit.ts';
import { rowsAt } from '../crm/crm-data.ts';
import { CrmServers } from '../crm/crm-servers.ts';
import { measureInTurns, median } from '../crm/measure-in-turns.ts';
import { expectSame } from '../crm/same-database.ts';
import type { BenchOptions, Figure } from '../figure.ts';

/**
 * The peak of memory of `godwit run`, the whole process, while it copies a whole PostgreSQL schema in bulk: at a quarter, once
 * and four times the size, without and with the audit at its end.
 */
const shares = [0.25, 1, 4] as const;

export async function* bench({ scale, runs }: BenchOptions): AsyncGenerator<Figure> {
  for (const share of shares) {
    await using servers = await CrmServers.start(scale * share);
    const taken = await measureInTurns(servers, [godwit], runs);
    const all = taken.get(godwit.name) ?? [];
    const rows = Object.values(rowsAt(scale * share)).reduce((sum, count) => sum + count, 0);
    for (const figure of ['peak memory without the audit', 'peak memory with the audit']) {
      const values = all.map(({ more }) => more.find((one) => one.figure === figure)?.value ?? Number.NaN);
      yield {
        bench: 'move-memory-bulk',
        case: `${rows} records, 4 tables, PostgreSQL 15`,
        figure,
        value: Math.round(median(values)),
        unit: 'MiB',
      };
    }
  }
}

const godwit = {
  name: 'godwit',
  prepare: moveWithGodwit,
  verify: async (...databases: Parameters<typeof moveWithGodwit>): Promise<void> =>
    expectSame(...databases, 'godwit'),
};
