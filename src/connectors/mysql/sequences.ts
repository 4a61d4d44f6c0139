import type { Relation } from '../../model/index.ts';
import type { Sessions } from './sessions.ts';
import { quoteName } from './sql.ts';

/** InnoDB moves its counter past every number that is written: nothing to set, so what comes next is told. */
export async function nextNumbers(
  sessions: Sessions,
  relations: readonly Relation[],
): Promise<readonly string[]> {
  return sessions.lend(async (session) => {
    const said: string[] = [];
    for (const { name, fields } of relations) {
      const numbered = fields.find(({ generated }) => generated === 'identity-default');
      if (numbered === undefined) continue;
      const [row] = await session.rows(`SELECT max(${quoteName(numbered.name)}) FROM ${quoteName(name)}`);
      if (row?.[0] !== null)
        said.push(`${name}.${numbered.name}: the next number is after ${row?.[0]}, by InnoDB itself`);
    }
    return said;
  });
}
