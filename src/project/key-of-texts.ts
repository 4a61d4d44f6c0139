import { compileExpression } from '../expressions/index.ts';
import {
  describeFieldType,
  type FieldType,
  findField,
  GodwitError,
  isGodwitError,
  keyValues,
  type Relation,
  type Row,
  textUnlimited,
} from '../model/index.ts';

/**
 * A key as somebody writes it, in the canonical form of its fields, as a `lookup()` would take it: `007` names the record 7 of an
 * integer. Throws `project.key-unfit`. The grammar of the mapping language has to be loaded.
 */
export function keyOfTexts(relation: Relation, fields: readonly string[], texts: readonly string[]): Row {
  const types = fields.map((name) => findField(relation, name)?.type ?? textUnlimited);
  if (texts.length !== fields.length)
    throw keyUnfit(
      relation,
      `its records are named by ${partsText(fields, types)}; ${texts.length === 1 ? '1 part is' : `${texts.length} parts are`} given`,
      `Give ${fields.length === 1 ? 'one part' : `${fields.length} parts, in this order`}: ${fields.map((name) => `<${name}>`).join(' ')}.`,
    );
  const parts = texts.map((text) => `'${text.replaceAll("'", "''")}'`);
  try {
    const scope = { fields: [], lookups: new Map([['record', { key: types, id: textUnlimited }]]) };
    const [use] = compileExpression(`lookup('record', ${parts.join(', ')})`, scope).lookups;
    const key = use?.key([]) ?? null;
    return key === null ? texts : keyValues(key);
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    throw keyUnfit(
      relation,
      `${texts.join(' ')} cannot be read as ${partsText(fields, types)}`,
      'Write it as the system itself shows it.',
    );
  }
}

function partsText(fields: readonly string[], types: readonly FieldType[]): string {
  return fields.map((name, at) => `${name} (${describeFieldType(types[at] ?? textUnlimited)})`).join(' and ');
}

function keyUnfit(relation: Relation, detail: string, nextStep: string): GodwitError {
  return new GodwitError({
    code: 'project.key-unfit',
    title: `This cannot be the key of a record of ${relation.name}`,
    detail,
    nextStep,
    fate: 'never',
    where: { relation: relation.name },
  });
}
