import { serveChunks } from '../../host/index.ts';
import { type Relation, Secret, type Slice } from '../../model/index.ts';
import type { BulkLoad } from '../port.ts';
import type { MysqlAddress } from './address.ts';
import { exportSlice } from './export-slice.ts';
import { fault, mysqlFault } from './faults.ts';
import { seesTheSame } from './read-view.ts';
import { beginSnapshot, type Session, Sessions } from './sessions.ts';

/** An address as it goes to another thread, which takes no objects with secrets of their own. */
export type ThreadAddress = Omit<MysqlAddress, 'password'> & { readonly password: string | null };

/** What the thread is asked: first, once, to see the same as another connection; then slices. */
export type ExportOrder =
  | {
      readonly kind: 'open';
      readonly system: string;
      readonly address: ThreadAddress;
      /** The connection that holds the snapshot. */
      readonly beside: string;
    }
  | { readonly kind: 'slice'; readonly relation: Relation; readonly slice: Slice; readonly load: BulkLoad };

/**
 * The thread that reads slices of a MySQL database through a session of its own and writes them as binary COPY; see
 * `exports.ts`.
 */
let opened: { readonly session: Session; readonly system: string } | null = null;

serveChunks(async function* (order: ExportOrder) {
  if (order.kind === 'open') yield await openBeside(order);
  else yield* encoded(order);
});

/** One byte: 1 where it sees the same. */
async function openBeside({
  system,
  address,
  beside,
}: Extract<ExportOrder, { kind: 'open' }>): Promise<Uint8Array> {
  const { password } = address;
  const own = { ...address, password: password === null ? null : new Secret(password) };
  const sessions = new Sessions(own, true, new AbortController().signal);
  try {
    const session = await sessions.take();
    await beginSnapshot(session);
    const same = await seesTheSame(session, beside);
    if (same) opened = { session, system };
    else await sessions[Symbol.asyncDispose]();
    return Uint8Array.of(same ? 1 : 0);
  } catch (error) {
    await sessions[Symbol.asyncDispose]();
    throw fault(error, { system });
  }
}

async function* encoded({
  relation,
  slice,
  load,
}: Extract<ExportOrder, { kind: 'slice' }>): AsyncGenerator<Uint8Array> {
  if (opened === null) throw new RangeError('a slice was asked for before the session was opened');
  const { session, system } = opened;
  try {
    if (session.lost) throw mysqlFault('mysql.snapshot-lost', system);
    yield* exportSlice(session, relation, slice, load);
  } catch (error) {
    throw fault(error, { system, relation: relation.name });
  }
}
