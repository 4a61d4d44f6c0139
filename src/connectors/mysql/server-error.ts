/** What the driver throws for an error packet of the server; known by its shape, so that this file needs no driver. */
export interface ServerError extends Error {
  readonly errno: number;
  readonly sqlState: string;
  readonly sqlMessage: string;
}

export function isServerError(error: unknown): error is ServerError {
  const found = error as Partial<ServerError> | null;
  return error instanceof Error && typeof found?.sqlState === 'string' && typeof found.errno === 'number';
}

/**
 * The server's sentence without values: what stands in quotes behind `value`, `entry` or a colon may be another record's.
 * Names in backquotes, and the name of a key or column, stay.
 */
export function wordsWithoutValues({ errno, sqlMessage }: ServerError): string {
  if (errno === 1062) return sqlMessage.replace(/entry '.*' for key/s, 'entry for key');
  return sqlMessage
    .replace(/((?:[Vv]alue|character set):? )'(?:[^'\\]|\\.|'(?! for))*'/gs, '$1...')
    .replace(/near '.*' at line/s, 'near ... at line');
}
