import type { PracticeRequest } from '../practice-message.ts';
import type { Placed, RouteOf } from '../route-table.ts';
import type { Account } from './account.ts';
import type { Writing } from './record-writer.ts';
import type { Caller } from './sign-in.ts';

/** A call that was let in. */
export interface Routed {
  readonly request: PracticeRequest;
  readonly caller: Caller;
  /** Whether it came on a path with a date, where an admin's rules hold. */
  readonly isDated: boolean;
}

export type ApiCall = Routed & Placed;

export interface Route extends RouteOf<Routed> {
  /** One of these scopes is needed; none where there is none. */
  readonly scopes: (place: (name: string) => string) => readonly string[];
  /** Whether it counts as a search, and tells nothing of limits. */
  readonly isSearch?: boolean;
}

type Place = (name: string) => string;

/** The scope for reading records of the kind in the path. */
export const readScope = (account: Account, place: Place): readonly string[] =>
  scopeOf(account, place, 'read');
export const writeScope = (account: Account, place: Place): readonly string[] =>
  scopeOf(account, place, 'write');

function scopeOf(
  account: Account,
  place: Place,
  verb: 'read' | 'write',
  part = 'objects',
): readonly string[] {
  const { scope } = account.type(place('type'));
  return scope === 'tickets' ? ['tickets'] : [`crm.${part}.${scope}.${verb}`];
}

/** The scope for properties and schemas of the kind in the path; who may use the records may read them too. */
export const schemaScope =
  (account: Account, verb: 'read' | 'write') =>
  (place: Place): readonly string[] => [
    ...scopeOf(account, place, verb, 'schemas'),
    ...(verb === 'read' ? scopeOf(account, place, verb) : []),
  ];

/** How the records of one call are written; each record that is asked about is the next one. */
export function writingOf({ request, isDated }: Routed): Writing {
  let next = 0;
  return {
    nowMs: request.nowMs,
    withRules: isDated,
    by: request,
    trouble: () => {
      next += 1;
      return request.rows.of(next - 1);
    },
  };
}
