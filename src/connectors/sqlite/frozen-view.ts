import type { SqliteFile } from '../../host/index.ts';
import { walView } from './wal-view.ts';

/**
 * A view of a file that a second connection of this process can prove to see as well.
 * `held`: while the first one reads, nobody can commit (every journal mode but WAL). `log`: nobody has, for the log is as it
 * was; `index` is a descriptor of the log's index. `unproven`: something was committed in between, or nobody can tell.
 */
export type FrozenView =
  | { readonly kind: 'held' | 'unproven' }
  | { readonly kind: 'log'; readonly head: string; readonly index: number };

/**
 * Begins to read; what was committed until now is seen from here on, and nothing else.
 *
 * @param indexNow a descriptor of the log's index, as it stands beside the file at this moment
 */
export function beginView(file: SqliteFile, indexNow: () => number | null): FrozenView {
  const index = indexNow();
  const before = walView(index);
  file.run('BEGIN');
  // The transaction begins with its first read.
  file.statement('SELECT count(*) FROM sqlite_schema').first();
  const mode = String(file.statement('PRAGMA journal_mode').first()?.[0]);
  if (mode !== 'wal') return { kind: 'held' };
  const after = indexNow() === index ? walView(index) : null;
  return index !== null && after !== null && after === before
    ? { kind: 'log', head: after, index }
    : { kind: 'unproven' };
}

/** Whether two connections that began so see the same; the first one still reads. */
export function isSameView(first: FrozenView, second: FrozenView): boolean {
  if (first.kind === 'log' && second.kind === 'log') return first.head === second.head;
  return first.kind === 'held' && second.kind === 'held';
}
