import { ExactNumber, type Json } from './exact-json.ts';
import { answerUnreadable } from './faults.ts';
import { memberOf } from './org-api.ts';

/** What the list of all objects says of one. */
export interface BriefObject {
  readonly name: string;
  readonly custom: boolean;
  readonly queryable: boolean;
  readonly retrieveable: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly deletable: boolean;
  readonly hidden: boolean;
}

/** An object as its description tells it to this user: fields he may not see are not in it. */
export interface DescribedObject extends BriefObject {
  readonly label: string;
  readonly fields: readonly DescribedField[];
  readonly recordTypes: readonly RecordType[];
}

export interface RecordType {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
}

export interface DescribedField {
  readonly name: string;
  readonly label: string;
  /** The vendor's word: `string`, `picklist`, `currency`, ... */
  readonly type: string;
  /** In characters; 0 where the type has none. */
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly digits: number;
  readonly nillable: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly defaultedOnCreate: boolean;
  readonly unique: boolean;
  readonly caseSensitive: boolean;
  readonly externalId: boolean;
  readonly calculated: boolean;
  readonly autoNumber: boolean;
  readonly filterable: boolean;
  readonly sortable: boolean;
  readonly restricted: boolean;
  /** The field whose value decides which values this one may have. */
  readonly controller: string | null;
  /** Values that may be chosen; those that were switched off are not among them. */
  readonly values: readonly string[];
  readonly refersTo: readonly string[];
  readonly cascadeDelete: boolean;
  readonly restrictedDelete: boolean;
}

/** Throws `salesforce.answer-unreadable`. */
export function readBrief(told: Json): BriefObject {
  return {
    name: textOf(told, 'name'),
    custom: isTrue(told, 'custom'),
    queryable: isTrue(told, 'queryable'),
    retrieveable: isTrue(told, 'retrieveable'),
    createable: isTrue(told, 'createable'),
    updateable: isTrue(told, 'updateable'),
    deletable: isTrue(told, 'deletable'),
    hidden: isTrue(told, 'deprecatedAndHidden'),
  };
}

/** Throws `salesforce.answer-unreadable`. */
export function readDescribed(told: Json): DescribedObject {
  return {
    ...readBrief(told),
    label: textOf(told, 'label'),
    fields: listOf(told, 'fields').map(readField),
    recordTypes: listOf(told, 'recordTypeInfos')
      .filter((one) => !isTrue(one, 'master'))
      .map((one) => ({
        id: textOf(one, 'recordTypeId'),
        name: textOf(one, 'name'),
        active: isTrue(one, 'active'),
      })),
  };
}

function readField(told: Json): DescribedField {
  const controller = memberOf(told, 'controllerName');
  return {
    name: textOf(told, 'name'),
    label: textOf(told, 'label'),
    type: textOf(told, 'type'),
    length: countOf(told, 'length'),
    precision: countOf(told, 'precision'),
    scale: countOf(told, 'scale'),
    digits: countOf(told, 'digits'),
    nillable: isTrue(told, 'nillable'),
    createable: isTrue(told, 'createable'),
    updateable: isTrue(told, 'updateable'),
    defaultedOnCreate: isTrue(told, 'defaultedOnCreate'),
    unique: isTrue(told, 'unique'),
    caseSensitive: isTrue(told, 'caseSensitive'),
    externalId: isTrue(told, 'externalId'),
    calculated: isTrue(told, 'calculated'),
    autoNumber: isTrue(told, 'autoNumber'),
    filterable: isTrue(told, 'filterable'),
    sortable: isTrue(told, 'sortable'),
    restricted: isTrue(told, 'restrictedPicklist'),
    controller: typeof controller === 'string' ? controller : null,
    values: listOf(told, 'picklistValues')
      .filter((one) => isTrue(one, 'active'))
      .map((one) => textOf(one, 'value')),
    refersTo: listOf(told, 'referenceTo').filter((one) => typeof one === 'string'),
    cascadeDelete: isTrue(told, 'cascadeDelete'),
    restrictedDelete: isTrue(told, 'restrictedDelete'),
  };
}

const isTrue = (told: Json, name: string): boolean => memberOf(told, name) === true;

function countOf(told: Json, name: string): number {
  const value = memberOf(told, name);
  return value instanceof ExactNumber ? Number(value.text) : 0;
}

function textOf(told: Json, name: string): string {
  const value = memberOf(told, name);
  if (typeof value === 'string') return value;
  throw answerUnreadable('describe', `a description has no text under ${name}`);
}

export function listOf(told: Json, name: string): readonly Json[] {
  const value = memberOf(told, name);
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
