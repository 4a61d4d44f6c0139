import { isTrue, type Json, listIn, memberOf, textIn } from './answer-parts.ts';
import type { PropertyRule } from './property-rules.ts';

/** A kind of record, of the vendor's or of the account's own. */
export interface ObjectType {
  /** As the relation is called: `contacts`, a custom object's own name. */
  readonly name: string;
  /** As calls name it. */
  readonly path: string;
  /** As the rules of its properties are asked for: `0-1`. */
  readonly id: string;
  readonly custom: boolean;
  readonly label: string | null;
  /** The property that holds when a record was changed. */
  readonly modified: string;
  /** What a record cannot be made without. */
  readonly required: readonly string[];
  /** Properties besides those declared unique whose value belongs to one record. */
  readonly alsoUnique: readonly string[];
  /** Texts that the vendor puts into lower case, without blanks around them. */
  readonly lowerCase: readonly string[];
  /** Where it stands in the names of links: the smaller one is named first. */
  readonly rank: number;
}

/** A property as the account describes it to this app. */
export interface DescribedProperty {
  readonly name: string;
  readonly label: string;
  /** The vendor's word: `string`, `number`, `enumeration`, ... */
  readonly type: string;
  /** How people fill it in, which decides whether it has several values: `checkbox`. */
  readonly fieldType: string;
  /** The values it may have, hidden ones too. Labels are refused. */
  readonly options: readonly string[];
  readonly unique: boolean;
  readonly readOnly: boolean;
  /** Its options are kept elsewhere: `OWNER`. */
  readonly references: string | null;
  /** What an admin demands of its values, as far as this app may see it. */
  readonly rules: readonly PropertyRule[];
}

/** Throws `hubspot.answer-unreadable`. */
export function readProperty(told: Json): DescribedProperty {
  const references = memberOf(told, 'referencedObjectType');
  return {
    name: textIn(told, 'name'),
    label: textIn(told, 'label'),
    type: textIn(told, 'type'),
    fieldType: textIn(told, 'fieldType'),
    options: listIn(told, 'options').map((option) => textIn(option, 'value')),
    unique: isTrue(told, 'hasUniqueValue'),
    readOnly: isTrue(told, 'calculated') || isTrue(memberOf(told, 'modificationMetadata'), 'readOnlyValue'),
    references: typeof references === 'string' ? references : null,
    rules: [],
  };
}

/** A custom object. Throws `hubspot.answer-unreadable`. */
export function readCustomType(told: Json): ObjectType {
  const label = memberOf(memberOf(told, 'labels'), 'plural');
  return {
    name: textIn(told, 'name'),
    path: textIn(told, 'objectTypeId'),
    id: textIn(told, 'objectTypeId'),
    custom: true,
    label: typeof label === 'string' ? label : null,
    modified: 'hs_lastmodifieddate',
    required: listIn(told, 'requiredProperties').filter((name) => typeof name === 'string'),
    alsoUnique: [],
    lowerCase: [],
    rank: 1,
  };
}
