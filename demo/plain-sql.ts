import { DatabaseSync } from 'node:sqlite';

/** What a database says when asked without godwit: the first column of the first row. */
export function askSql(path: string, sql: string): string {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const row = database.prepare(sql).get() as Record<string, unknown> | undefined;
    return String(Object.values(row ?? {})[0]);
  } finally {
    database.close();
  }
}

/** Changes a database behind godwit's back. */
export function changeSql(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}
