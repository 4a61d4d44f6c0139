import type { Row } from '../../model/index.ts';
import type { AccountApi } from './account-api.ts';
import { idIn, type Json, listIn, memberOf, nextPage, textOr } from './answer-parts.ts';
import { answerUnreadable, callRefused } from './faults.ts';
import { type LinkType, labelsText } from './link-type.ts';

/** Records whose links are asked for in one call. */
export const linkReadsMost = 1_000;

/** A record's links to records of one kind, by the id of the other end. */
export type LinksOf = ReadonlyMap<string, readonly LinkSeen[]>;

export interface LinkSeen {
  readonly to: string;
  readonly kinds: readonly {
    readonly category: string;
    readonly typeId: number;
    readonly label: string | null;
  }[];
}

/** The links of these records, each with the records it leads to in the order of their ids. */
export async function readLinks(
  api: AccountApi,
  { from, to, name }: Pick<LinkType, 'from' | 'to' | 'name'>,
  ids: readonly string[],
): Promise<LinksOf> {
  const found = new Map<string, LinkSeen[]>();
  let inputs: readonly { readonly id: string; readonly after?: string }[] = ids.map((id) => ({ id }));
  const path = `/crm/v4/associations/${from.path}/${to.path}/batch/read`;
  while (inputs.length > 0) {
    const [part, rest] = [inputs.slice(0, linkReadsMost), inputs.slice(linkReadsMost)];
    const label = `read ${name}`;
    const told = await api.json({ method: 'POST', path, label, content: { inputs: part } });
    refuseErrors(told, label);
    const more: { readonly id: string; readonly after: string }[] = [];
    for (const result of listIn(told, 'results')) {
      const id = idIn(memberOf(result, 'from'), 'id');
      const seen = listIn(result, 'to').map(seenLink);
      found.set(id, [...(found.get(id) ?? []), ...seen]);
      const after = nextPage(result);
      if (after !== null && seen.length === 0) throw answerUnreadable(label, 'a page that leads no further');
      if (after !== null) more.push({ id, after });
    }
    inputs = [...more, ...rest];
  }
  for (const seen of found.values()) seen.sort((a, b) => (BigInt(a.to) < BigInt(b.to) ? -1 : 1));
  return found;
}

function seenLink(told: Json): LinkSeen {
  return {
    to: idIn(told, 'toObjectId'),
    kinds: listIn(told, 'associationTypes').map((kind) => {
      const label = memberOf(kind, 'label');
      return {
        category: textOr(kind, 'category'),
        typeId: Number(memberOf(kind, 'typeId')),
        label: typeof label === 'string' && label !== '' ? label : null,
      };
    }),
  };
}

/** A record without links is told as an error of its own; any other one is one. */
function refuseErrors(told: Json, label: string): void {
  for (const error of listIn(told, 'errors')) {
    const what = textOr(error, 'subCategory');
    if (!what.endsWith('NO_ASSOCIATIONS_FOUND') && memberOf(error, 'category') !== 'OBJECT_NOT_FOUND')
      throw callRefused(label, 207, 'a part was refused');
  }
}

export const linkRow = (from: string, { to, kinds }: LinkSeen): Row => [
  from,
  to,
  labelsText(kinds.flatMap(({ label }) => label ?? [])),
];
