import type { Field, Holds, Relation, Schema } from '../../model/index.ts';
import type { Inspects } from '../port.ts';
import type { CatalogEntry } from './catalog-entry.ts';
import { describeDialect } from './dialect.ts';
import { lineField, syntheticLine } from './field-types.ts';
import type { FileCatalog } from './file-catalog.ts';
import { unwritableIn } from './format-record.ts';

/** A folder as a schema: each file one relation, with the dialect it is read with as its comment. */
export class FilesInspects implements Inspects {
  readonly #catalog: FileCatalog;

  constructor(catalog: FileCatalog) {
    this.#catalog = catalog;
  }

  async inspect(): Promise<Schema> {
    const { format } = this.#catalog.address;
    const relations: Relation[] = [];
    for (const found of await this.#catalog.list()) {
      relations.push(relationFrom(await this.#catalog.entry(found)));
    }
    return {
      formatVersion: 1,
      kind: format,
      version: format === 'csv' ? 'RFC 4180 and its dialects' : 'JSON Lines of RFC 8259',
      namespace: this.#catalog.address.folder,
      relations,
      objects: [],
    };
  }
  /** Whether a character has bytes in the file's encoding is told by the file alone, when it is written. */
  holds(field: Field): Holds {
    const { format } = this.#catalog.address;
    return { refusal: (value) => unwritableIn(format, field, value) };
  }
}

function relationFrom({ file, fields }: CatalogEntry): Relation {
  return {
    name: file.found.relation,
    kind: 'file',
    fields: [...fields, syntheticLine()],
    primaryKey: null,
    uniques: [],
    foreignKeys: [],
    indexes: [],
    checks: [],
    comment: describeDialect(file.dialect),
    rowsEstimate: estimate(file.found.bytes, file.sampled, file.dialect.compression === 'none'),
    bytes: file.found.bytes,
    identity: [lineField],
  };
}

/** From the records in the beginning; unknown for a compressed file, whose size says little. */
function estimate(
  bytes: number,
  sampled: { readonly records: number; readonly bytes: number },
  plain: boolean,
): number | null {
  if (!plain) return null;
  return sampled.bytes === 0 ? 0 : Math.round((bytes / sampled.bytes) * sampled.records);
}
