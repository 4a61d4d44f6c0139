/** What happened, for whoever debugs; never secrets, never unmasked personal values. */
export interface Log {
  debug(message: string, details?: Readonly<Record<string, unknown>>): void;
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
}

export const silentLog: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
