/** One row as the server spells it. */
export type TextRow = readonly (string | null)[];

/** One row as it came over the wire, character sets not converted. */
export type RawRow = readonly (Buffer | null)[];
