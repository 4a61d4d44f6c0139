import { recognizeDateStyle } from '../expressions/index.ts';
import type { FieldProfile } from '../model/index.ts';
import type { FieldProfilerOptions } from './field-profiler.ts';

export interface ProfileOptions {
  /** Hides what an example of a personal field says, keeping its shape; `(text) => text` shows everything. */
  readonly mask: (text: string) => string;
  /** Which fields are personal; by name, shapes and length when nobody says. */
  readonly isPersonal?: (relation: string, field: FieldProfile) => boolean;
  /** How many different values of a field are counted exactly; default 10,000, less in relations with many fields. */
  readonly distinctMax?: number;
  /** Where keys go that do not fit into memory; default the system's folder for temporary files. */
  readonly temporaryFolder?: string;
  readonly onProgress?: (progress: { readonly relation: string; readonly rowsRead: number }) => void;
  readonly signal?: AbortSignal;
}

const distinctMaxDefault = 10_000;
const distinctMaxOfRelation = 100_000;
const charactersOfRelation = 8_000_000;

export function resolveOptions(options: ProfileOptions, fields: number): FieldProfilerOptions {
  const share = Math.max(256, Math.floor(distinctMaxOfRelation / Math.max(1, fields)));
  return {
    mask: options.mask,
    isPersonal: options.isPersonal ?? null,
    dateStyles: recognizeDateStyle,
    limits: {
      distinctMax: options.distinctMax ?? Math.min(distinctMaxDefault, share),
      charactersMax: Math.floor(charactersOfRelation / Math.max(1, fields)),
    },
  };
}
