/** A place in a source's history (a WAL position, a data version, a file's size and time); only its own shelf can read it. */
export type Position = string & { readonly position: unique symbol };

export function position(text: string): Position {
  return text as Position;
}
