import type { PracticeState } from './practice-state.ts';

/** Whom a token stands for, and what it may do. */
export interface TokenHolder {
  readonly client: string;
  readonly user: string;
  readonly scopes: readonly string[];
}

/** Tokens that were handed out; they are kept in the state, so a session outlives a restart. */
export class TokenStore {
  readonly #state: PracticeState;

  constructor(state: PracticeState) {
    this.#state = state;
    state.run(
      'CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, client TEXT, user TEXT, scopes TEXT, until_ms INTEGER)',
    );
  }

  keep(token: string, { client, user, scopes }: TokenHolder, untilMs: number): void {
    this.#state
      .statement('INSERT INTO tokens VALUES (?, ?, ?, ?, ?)')
      .run(token, client, user, scopes.join(' '), Math.floor(untilMs));
  }

  /** Null for a token that nobody handed out, and for one that has ended. */
  find(token: string, nowMs: number): TokenHolder | null {
    const row = this.#state
      .statement('SELECT client, user, scopes, until_ms FROM tokens WHERE token = ?')
      .first(token);
    if (row === undefined || Number(row[3]) <= nowMs) return null;
    return { client: String(row[0]), user: String(row[1]), scopes: String(row[2]).split(' ') };
  }

  /** False for a token that was not there. */
  end(token: string): boolean {
    return this.#state.statement('DELETE FROM tokens WHERE token = ?').run(token) > 0;
  }

  endAll(): number {
    return this.#state.statement('DELETE FROM tokens').run();
  }
}
