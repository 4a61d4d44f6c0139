import { type ChunkMemory, type SqliteFile, serveChunks } from '../../host/index.ts';
import type { Relation, Slice } from '../../model/index.ts';
import { CopyChunk } from '../binary-copy/index.ts';
import type { BulkLoad } from '../port.ts';
import type { SqliteAddress } from './address.ts';
import { sliceFromPages, sliceThroughSqlite } from './export-slice.ts';
import { sqliteFault, translated } from './faults.ts';
import { beginView, type FrozenView, isSameView } from './frozen-view.ts';
import { openAndLook } from './open-file.ts';
import type { PagePlan } from './page-plan.ts';
import { layoutOf } from './relation-layout.ts';

/** What the thread is asked: first, once, to see the same as its snapshot; then slices. */
export type ExportOrder =
  | { readonly kind: 'open'; readonly address: SqliteAddress; readonly view: FrozenView }
  | SliceOrder;

interface SliceOrder {
  readonly kind: 'slice';
  readonly relation: Relation;
  readonly slice: Slice;
  readonly load: BulkLoad;
  /** Null: through SQLite. */
  readonly pages: PagePlan | null;
}

/** The thread that reads slices of an SQLite file and writes them as binary COPY; see `exports.ts`. */
let opened: { readonly file: SqliteFile; readonly path: string } | null = null;

serveChunks(async function* (order: ExportOrder, memory) {
  if (order.kind === 'open') openBeside(order.address, order.view);
  else yield* encoded(order, memory);
});

function openBeside(address: SqliteAddress, view: FrozenView): void {
  const { path } = address;
  try {
    const file = openAndLook(address, { readOnly: true });
    if (
      !isSameView(
        view,
        beginView(file, () => indexOf(view)),
      )
    ) {
      file[Symbol.dispose]();
      throw sqliteFault.movedOn(path);
    }
    opened = { file, path };
  } catch (error) {
    throw translated(error, { file: path });
  }
}

/** The descriptor that the main thread opened: the log's index stays the same file while the snapshot reads. */
function indexOf(view: FrozenView): number | null {
  return view.kind === 'log' ? view.index : null;
}

function* encoded({ relation, slice, load, pages }: SliceOrder, memory: ChunkMemory): Generator<Uint8Array> {
  if (opened === null) throw new RangeError('a slice was asked for before the file was opened');
  const { file, path } = opened;
  try {
    const layout = layoutOf(file, relation);
    const out = new CopyChunk(undefined, memory);
    const asked = { file, layout, slice, load, out };
    if (pages === null) yield* sliceThroughSqlite(asked);
    else yield* sliceFromPages(asked, pages);
  } catch (error) {
    throw translated(error, { file: path, relation: relation.name });
  }
}
