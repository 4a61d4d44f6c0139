import { Buffer } from 'node:buffer';
import { SqliteFile } from '../../host/index.ts';
import { type FieldType, findRelation, type Relation, type Slice } from '../../model/index.ts';
import { CopyChunk } from '../binary-copy/index.ts';
import type { BulkLoad } from '../port.ts';
import { sliceFromPages, sliceThroughSqlite } from './export-slice.ts';
import { beginView } from './frozen-view.ts';
import { inspectFile } from './inspect.ts';
import { type PagePlan, planPages } from './page-plan.ts';
import { layoutOf } from './relation-layout.ts';

export interface BothWays {
  readonly relation: Relation;
  readonly plan: PagePlan | string;
  readonly both: (load: BulkLoad, slice: Slice) => { readonly sqlite: string; readonly pages: string };
}

/**
 * One view of a file, read through SQLite and from its pages.
 *
 * @param table its name, or what was known of it before
 */
export function readBothWays<Result>(
  path: string,
  table: string | Relation,
  work: (read: BothWays) => Result,
): Result {
  using file = new SqliteFile(path, { readOnly: true });
  file.statement('SELECT count(*) FROM sqlite_schema').first();
  const view = beginView(file, () => file.descriptor('-shm'));
  const relation = typeof table === 'string' ? (findRelation(inspectFile(file), table) as Relation) : table;
  const layout = layoutOf(file, relation);
  const plan = planPages(file, path, view, relation);
  return work({
    relation,
    plan,
    both: (load, slice) => {
      const asked = { file, layout, slice, load };
      return {
        sqlite: outcome(() => sliceThroughSqlite({ ...asked, out: new CopyChunk() })),
        pages:
          typeof plan === 'string'
            ? plan
            : outcome(() => sliceFromPages({ ...asked, out: new CopyChunk() }, plan)),
      };
    },
  });
}

/** All at once: the bytes, or the code of what came instead. */
function outcome(chunks: () => Generator<Uint8Array>): string {
  try {
    return Buffer.concat([...chunks()]).toString('latin1');
  } catch (error) {
    return `failed: ${(error as { readonly code?: string }).code ?? String(error)}`;
  }
}

/** A load of one field as it is. */
export function loadInto(relation: Relation, name: string, type: FieldType): BulkLoad {
  const field = relation.fields.find((one) => one.name === name) ?? relation.fields[0];
  if (field === undefined) throw new RangeError(`no field ${name}`);
  return {
    format: 'postgres-binary-encoded',
    fields: [{ source: { kind: 'field', field }, target: { ...field, type }, exportAs: null }],
  };
}
