import type { ForeignKey } from '../../model/index.ts';
import type { ReferenceCount } from '../references-query.ts';
import type { DescribedObject } from './described.ts';
import { listOf } from './described.ts';
import { ExactNumber, type Json } from './exact-json.ts';
import { linksName } from './link-ends.ts';
import { memberOf, type OrgApi } from './org-api.ts';

/** Of these no query within a query is answered, nor of links of files without one of their ends. */
const neverWithin = new Set([
  'ActivityHistory',
  'Attachment',
  'Event',
  'EventAttendee',
  'Note',
  'OpenActivity',
  'Task',
  linksName,
]);

/**
 * Whether an org tells in one call how many references find none: by a query within a query (an anti-join), which the vendor does not
 * answer of an object's references to itself. Source: its SOQL reference, comparison operators.
 */
export const isCounted = (child: string, { fields, references }: Omit<ForeignKey, 'name'>): boolean =>
  fields.length === 1 &&
  child !== linksName &&
  child !== references.relation &&
  !neverWithin.has(references.relation);

/**
 * Records that refer, and those of them whose parent is not among the parents that a query finds: deleted ones are not. Never by a
 * condition on the relationship (`Account.Id = null`), which an org may answer from the reference alone, and never of a reference to
 * several objects, which is none here. Null where the org does not answer: then records are read.
 */
export async function countReferences(
  api: OrgApi,
  child: DescribedObject,
  foreignKey: ForeignKey,
): Promise<ReferenceCount | null> {
  const [name = ''] = foreignKey.fields;
  const field = child.fields.find((one) => one.name === name);
  if (field?.filterable !== true || field.refersTo.length !== 1 || !isCounted(child.name, foreignKey))
    return null;
  const referring = `SELECT COUNT() FROM ${child.name} WHERE ${name} != null`;
  const unresolved = `${referring} AND ${name} NOT IN (SELECT Id FROM ${foreignKey.references.relation})`;
  const compositeRequest = [referring, unresolved].map((soql, at) => ({
    method: 'GET',
    url: api.pathOf(`query?q=${encodeURIComponent(soql)}`),
    referenceId: `count${at}`,
  }));
  const told = await api.json({
    method: 'POST',
    path: 'composite',
    label: `references of ${child.name}`,
    content: { compositeRequest },
  });
  const [rows = null, lost = null] = listOf(told, 'compositeResponse').map(totalOf);
  return rows === null || lost === null ? null : { rows, unresolved: lost };
}

/** Null where this part was refused. */
function totalOf(part: Json): string | null {
  const status = memberOf(part, 'httpStatusCode');
  const total = memberOf(memberOf(part, 'body'), 'totalSize');
  const isGood = status instanceof ExactNumber && status.text === '200';
  return isGood && total instanceof ExactNumber ? total.text : null;
}
