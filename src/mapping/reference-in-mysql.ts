import type { Field, ForeignKey, Relation } from '../model/index.ts';

/**
 * A foreign key as MySQL takes it: its fields in the order of the key it leads to, and of the same types. Else why not, a clause
 * for people. It holds at once, as all of them do there.
 *
 * @param own the relation as it will be found, and so `parent`
 */
export function referenceInMysql(key: ForeignKey, own: Relation, parent: Relation): ForeignKey | string {
  const { fields } = key.references;
  const led = [parent.primaryKey, ...parent.uniques].find(
    (one) => one?.fields.length === fields.length && one.fields.every((name) => fields.includes(name)),
  );
  if (key.unenforced || key.period || key.parts || key.clears || key.matchFull)
    return 'what it says besides its fields is said in the words of another kind of system';
  if (key.unproven) return 'it was never held against the old records of the source';
  if (key.onDelete === 'SET DEFAULT' || key.onUpdate === 'SET DEFAULT')
    return 'the target sets no default by it';
  const pairs = (led?.fields ?? []).map((name) => [key.fields[fields.indexOf(name)] ?? '', name] as const);
  const typed = pairs.every(([mine, theirs]) => isSameType(fieldOf(own, mine), fieldOf(parent, theirs)));
  if (!typed || pairs.length === 0) return 'its fields are of other types than those it leads to';
  const clears = key.onDelete === 'SET NULL' || key.onUpdate === 'SET NULL';
  if (clears && pairs.some(([mine]) => fieldOf(own, mine)?.nullable === false))
    return 'it empties fields that may not be empty';
  return {
    name: key.name,
    fields: pairs.map(([mine]) => mine),
    references: { relation: key.references.relation, fields: pairs.map(([, theirs]) => theirs) },
    onDelete: key.onDelete,
    onUpdate: key.onUpdate,
    deferrable: false,
  };
}

function fieldOf({ fields }: Relation, name: string): Field | undefined {
  return fields.find((field) => field.name === name);
}

/** Texts may be of other lengths. */
function isSameType(a: Field | undefined, b: Field | undefined): boolean {
  if (a?.type.kind === 'text' && b?.type.kind === 'text') return true;
  return a !== undefined && JSON.stringify(a.type) === JSON.stringify(b?.type);
}
