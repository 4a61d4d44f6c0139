import type { ObjectType } from './standard-objects.ts';

/** What a link between two records is. */
export interface AssociationType {
  readonly category: 'HUBSPOT_DEFINED' | 'USER_DEFINED';
  readonly typeId: number;
  /** Null for the plain one. */
  readonly label: string | null;
  /** `contact_to_company` */
  readonly name: string;
  /** Its number read from the other end. */
  readonly inverse: number;
  /** Whether it makes the other end the first among its kind: a record has one primary company. */
  readonly primary: boolean;
}

interface Pair {
  readonly from: string;
  readonly to: string;
  readonly plain: readonly [there: number, back: number];
  readonly primary?: readonly [there: number, back: number];
}

/** Numbers of the vendor's public clients. Notes, e-mails and tasks to contacts (202, 198, 204) are confirmed by other sources. */
const pairs: readonly Pair[] = [
  { from: 'contacts', to: 'companies', plain: [279, 280], primary: [1, 2] },
  { from: 'deals', to: 'contacts', plain: [3, 4] },
  { from: 'deals', to: 'companies', plain: [341, 342], primary: [5, 6] },
  { from: 'tickets', to: 'contacts', plain: [16, 15] },
  { from: 'tickets', to: 'companies', plain: [339, 340], primary: [26, 25] },
  { from: 'tickets', to: 'deals', plain: [28, 27] },
  { from: 'notes', to: 'contacts', plain: [202, 201] },
  { from: 'notes', to: 'companies', plain: [190, 189] },
  { from: 'notes', to: 'deals', plain: [214, 213] },
  { from: 'notes', to: 'tickets', plain: [228, 227] },
  { from: 'tasks', to: 'contacts', plain: [204, 203] },
  { from: 'tasks', to: 'companies', plain: [192, 191] },
  { from: 'tasks', to: 'deals', plain: [216, 215] },
  { from: 'tasks', to: 'tickets', plain: [230, 229] },
  { from: 'calls', to: 'contacts', plain: [194, 193] },
  { from: 'calls', to: 'companies', plain: [182, 181] },
  { from: 'calls', to: 'deals', plain: [206, 205] },
  { from: 'calls', to: 'tickets', plain: [220, 219] },
  { from: 'meetings', to: 'contacts', plain: [200, 199] },
  { from: 'meetings', to: 'companies', plain: [188, 187] },
  { from: 'meetings', to: 'deals', plain: [212, 211] },
  { from: 'meetings', to: 'tickets', plain: [226, 225] },
  { from: 'emails', to: 'contacts', plain: [198, 197] },
  { from: 'emails', to: 'companies', plain: [186, 185] },
  { from: 'emails', to: 'deals', plain: [210, 209] },
  { from: 'emails', to: 'tickets', plain: [224, 223] },
  { from: 'contacts', to: 'contacts', plain: [449, 449] },
  { from: 'companies', to: 'companies', plain: [450, 450] },
  { from: 'deals', to: 'deals', plain: [451, 451] },
  { from: 'tickets', to: 'tickets', plain: [452, 452] },
];

/** The vendor's types from one kind to the other; none for a pair that it gives no fixed number. */
export function vendorTypes(from: ObjectType, to: ObjectType): readonly AssociationType[] {
  const name = `${from.singular}_to_${to.singular}`.toLowerCase();
  const known = pairs.find((pair) => pair.from === from.name && pair.to === to.name);
  const turned = pairs.find((pair) => pair.from === to.name && pair.to === from.name);
  const pair = known ?? turned;
  if (pair === undefined) return [];
  const read = ([there, back]: readonly [number, number], label: string | null): AssociationType => ({
    category: 'HUBSPOT_DEFINED',
    typeId: known === undefined ? back : there,
    inverse: known === undefined ? there : back,
    label,
    name,
    primary: label !== null,
  });
  return [read(pair.plain, null), ...(pair.primary === undefined ? [] : [read(pair.primary, 'Primary')])];
}
