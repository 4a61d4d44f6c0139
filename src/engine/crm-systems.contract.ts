import { type OpenSystem, sqlite } from '../connectors/index.ts';
import { type Seal, silentLog, systemClock, systemRandom } from '../host/index.ts';
import { findRelation, type Relation } from '../model/index.ts';
import type { CrmRelations } from './crm-plans.contract.ts';

/** The two files of the small CRM as the SQLite shelf opens them. */
export async function openCrmSystem(
  path: string,
  role: 'source' | 'target',
  seal: Seal,
): Promise<OpenSystem> {
  const signal = new AbortController().signal;
  const context = { clock: systemClock, random: systemRandom, log: silentLog, seal, signal };
  return sqlite.open({ path }, { ...context, name: role, role });
}

export async function relationsOf(source: OpenSystem, target: OpenSystem): Promise<CrmRelations> {
  const [old, fresh] = [await source.inspects.inspect(), await target.inspects.inspect()];
  const find = (schema: typeof old, name: string): Relation => {
    const found = findRelation(schema, name);
    if (!found) throw new Error(`no relation ${name}`);
    return found;
  };
  return {
    companies: find(old, 'companies'),
    people: find(old, 'people'),
    firms: find(fresh, 'firms'),
    persons: find(fresh, 'persons'),
    nicknames: find(fresh, 'nicknames'),
  };
}
