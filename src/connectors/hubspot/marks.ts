import type { AccountApi } from './account-api.ts';
import type { DescribedObject } from './account-catalog.ts';
import { listIn, memberOf } from './answer-parts.ts';

/** By object, its records and the last moment at which one was changed, as a search shows both. */
export type Marks = Readonly<Record<string, string>>;

export async function readMarks(api: AccountApi, objects: readonly DescribedObject[]): Promise<Marks> {
  const marks: Record<string, string> = {};
  for (const { type } of objects) {
    const { name, modified } = type;
    const told = await api.json({
      method: 'POST',
      path: `/crm/v3/objects/${type.path}/search`,
      label: `last change of ${name}`,
      isSearch: true,
      content: {
        sorts: [{ propertyName: modified, direction: 'DESCENDING' }],
        properties: [modified],
        limit: 1,
      },
    });
    const [newest = null] = listIn(told, 'results');
    const changed = memberOf(memberOf(newest, 'properties'), modified);
    marks[name] = JSON.stringify([memberOf(told, 'total'), changed]);
  }
  return marks;
}

/** The moment of a mark in milliseconds since 1970; null where there was no record. */
export function changedIn(mark: string | undefined): number | null {
  const [, moment] = mark === undefined ? [] : (JSON.parse(mark) as [unknown, unknown]);
  const ms = typeof moment === 'string' ? Date.parse(moment) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
