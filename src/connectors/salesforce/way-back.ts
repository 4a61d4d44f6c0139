import type { Intent } from '../write-journal/index.ts';
import { listOf } from './described.ts';
import { type Json, parseExactly, writeExactly } from './exact-json.ts';
import { memberOf } from './org-api.ts';

/** What taking a record back needs: of a changed one what its written fields held, of an added one how it is found. */
export interface WayBack {
  /** By name; of an added one what it was sent with as the org's own key. */
  readonly values: Readonly<Record<string, Json>>;
  /** The fields that were written. */
  readonly fields: readonly string[];
}

export const writeWayBack = ({ values, fields }: WayBack): string => writeExactly({ values, fields });

export function wayBackOf({ back }: Intent): WayBack {
  const told = parseExactly(back ?? '{}');
  const values = memberOf(told, 'values');
  return {
    values: values === null ? {} : (values as Readonly<Record<string, Json>>),
    fields: listOf(told, 'fields').map(String),
  };
}
