import type { QuotaBook } from '../../../model/index.ts';
import type { OpenContext } from '../../port.ts';
import type { VendorTime } from '../vendor-time.ts';
import { PostgresQuotaBook } from './postgres-quota-book.ts';
import { SqliteQuotaBook } from './sqlite-quota-book.ts';

export type OpenedQuotaBook = QuotaBook & Partial<Disposable>;

export interface QuotaPlace {
  /** The file of this machine; `:memory:` keeps nothing. */
  readonly quotas: string;
  readonly clock?: 'machine' | 'practice';
}

/**
 * Where calls are counted: together with those of other machines where several work on the project, else in a file of this one. A
 * practice system is on this machine and lives in a time of its own, which is no time for the calls of a real one. Throws `http.book-unusable`.
 */
export function openQuotaBook(
  { quotas, clock }: QuotaPlace,
  { random, quotasIn }: Pick<OpenContext, 'random' | 'quotasIn'>,
  time: VendorTime,
): OpenedQuotaBook {
  const database = clock === 'practice' ? null : (quotasIn?.() ?? null);
  return database === null
    ? new SqliteQuotaBook({ path: quotas, ...time, random })
    : new PostgresQuotaBook({ database, random });
}
