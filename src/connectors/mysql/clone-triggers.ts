import type { Schema, SchemaObject } from '../../model/index.ts';
import { isServerError, wordsWithoutValues } from './server-error.ts';
import type { Session } from './sessions.ts';
import { quoteName } from './sql.ts';

/**
 * Makes the triggers of these relations in a sandbox and answers with those that could not come along. A trigger that names
 * something the sandbox does not have would refuse every record there, and one that names a database would write where people
 * work: both stay out.
 */
export async function cloneTriggers(
  session: Session,
  schema: Schema,
  relations: readonly string[],
  databases: readonly string[],
): Promise<readonly string[]> {
  const leftOut: string[] = [];
  for (const trigger of schema.objects) {
    if (trigger.kind !== 'trigger' || !relations.includes(trigger.relation ?? '')) continue;
    const reason = whyNot(trigger, schema, relations, databases) ?? (await refusalOf(session, trigger));
    if (reason !== null) leftOut.push(`trigger ${trigger.name} on ${trigger.relation}: ${reason}`);
  }
  return leftOut;
}

function whyNot(
  { definition }: SchemaObject,
  schema: Schema,
  relations: readonly string[],
  databases: readonly string[],
): string | null {
  if (definition === null) return 'this user may not see its text';
  const database = databases.find((name) => mentions(definition, `${name}.`, `${quoteName(name)}.`));
  if (database !== undefined) return `it names the database ${database}`;
  const absent = [
    ...schema.relations.map(({ name }) => name).filter((name) => !relations.includes(name)),
    ...schema.objects.filter(({ kind }) => kind === 'function').map(({ name }) => name.slice(0, -2)),
  ].find((name) => mentions(definition, name, quoteName(name)));
  return absent === undefined ? null : `it names ${absent}, which is not in the sandbox`;
}

/** Whether one of the spellings occurs, not as a part of a longer word. */
function mentions(text: string, ...spellings: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return spellings.some((spelling) => {
    for (let at = -1; ; ) {
      at = lower.indexOf(spelling.toLowerCase(), at + 1);
      if (at === -1) return false;
      const [before, after] = [lower[at - 1] ?? ' ', lower[at + spelling.length] ?? ' '];
      if (!/[\w$]/.test(before) && (spelling.endsWith('.') || !/[\w$]/.test(after))) return true;
    }
  });
}

async function refusalOf(
  session: Session,
  { name, relation, definition }: SchemaObject,
): Promise<string | null> {
  const [, when, body] = /^((?:BEFORE|AFTER) (?:INSERT|UPDATE|DELETE)) (.*)$/s.exec(definition ?? '') ?? [];
  try {
    await session.run(
      `CREATE TRIGGER ${quoteName(name)} ${when} ON ${quoteName(relation ?? '')} FOR EACH ROW ${body}`,
    );
    return null;
  } catch (error) {
    if (isServerError(error)) return `the server refuses it: ${wordsWithoutValues(error)}`;
    throw error;
  }
}
