import type { Feed } from '../connectors/index.ts';
import type { MappingCheck } from '../mapping/index.ts';
import type { FieldMapping, Mapping } from '../model/index.ts';

/** What a mapping feeds, as a target looks at it that foresees what it will say to it. */
export function feedsOf(
  { objects }: Mapping,
  { fields: checked }: Pick<MappingCheck, 'fields'>,
): readonly Feed[] {
  return objects.map(({ name: object, target: relation, mode, fields }) => ({
    object,
    relation,
    mode,
    fields: fields.map((field) => {
      const program = checked.find((one) => one.object === object && one.field === field.field)?.program;
      const lookedUp = (program?.lookups ?? []).map((use) => use.object);
      return { field: field.field, constants: constantsOf(field), lookedUp };
    }),
  }));
}

/** The new values of a value map, or the one text that the expression is; what an expression only compares with is not given. */
function constantsOf({ from, values }: FieldMapping): readonly string[] {
  if (values !== null) return [...values.values()].filter((value) => value !== null);
  const [, text] = /^\s*'((?:[^']|'')*)'(?:::text)?\s*$/.exec(from) ?? [];
  return text === undefined ? [] : [text.replaceAll("''", "'")];
}
