import type { Undoes, UndoRequest, UndoResult } from '../port.ts';
import { forgetSlice } from './bookkeeping.ts';
import { layoutOf } from './relation-layout.ts';
import { readUndo, storePart } from './undo-packs.ts';
import { UndoRecords } from './undo-records.ts';
import type { WriterConnection } from './writer-connection.ts';

/** Takes a slice back in one transaction; what cannot be taken back keeps its undo information. */
export class SqliteUndoes implements Undoes {
  readonly #connection: WriterConnection;

  constructor(connection: WriterConnection) {
    this.#connection = connection;
  }

  async undoSlice(request: UndoRequest): Promise<UndoResult> {
    const where = { relation: request.relation.name, step: request.step };
    return this.#connection.inTurn(where, async () => {
      if (!this.#connection.prepared()) return { rowsRemoved: 0, rowsRestored: 0, refused: [] };
      return this.#connection.transaction(async () => () => this.#undo(request));
    });
  }

  #undo(request: UndoRequest): UndoResult {
    const { file, seal } = this.#connection;
    const parts = readUndo(file, seal, request);
    const slice = new UndoRecords(file, seal, request, layoutOf(file, request.relation), parts);
    const result = slice.undo();
    if (result.refused.length === 0) forgetSlice(file, request);
    else for (const part of parts) storePart(file, seal, request, slice.remaining(part));
    return result;
  }
}
