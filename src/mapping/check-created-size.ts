import type { Finding, Schema, SystemKind } from '../model/index.ts';
import type { CheckedObject } from './checked-object.ts';
import { mappingFinding } from './mapping-finding.ts';

/** What a system refuses to create, and godwit can tell before: relations of too many fields, names that are too long. */
export function checkCreatedSize(checked: readonly CheckedObject[], { kind }: Schema): readonly Finding[] {
  const limit = limits[kind];
  if (!limit) return [];
  return checked
    .filter(({ creation }) => creation !== null)
    .flatMap((one) => [...tooMany(one, limit.fields), ...tooLong(one, limit.nameBytes)]);
}

function tooMany({ object, relations }: CheckedObject, most: number): readonly Finding[] {
  const count = relations?.target.fields.filter(({ synthetic }) => !synthetic).length ?? 0;
  if (count <= most) return [];
  return [
    mappingFinding(object, {
      code: 'mapping.too-many-fields',
      title: `${object.target} would have more fields than the target can create`,
      detail: `${count} fields; the target creates at most ${most} in one relation`,
      fix: 'Spread them over several relations with the same key: one file of the mapping for each.',
      waivable: false,
      where: { system: 'target', relation: object.target },
    }),
  ];
}

function tooLong({ object, relations }: CheckedObject, most: number): readonly Finding[] {
  const names = [object.target, ...(relations?.target.fields.map(({ name }) => name) ?? [])];
  return names
    .filter((name) => bytesOf(name) > most)
    .map((name) =>
      mappingFinding(object, {
        code: 'mapping.name-too-long',
        title: `A name of ${object.target} is longer than the target can create`,
        detail: `${name} has ${bytesOf(name)} bytes; at most ${most}`,
        fix: 'Give it a shorter name in the mapping: as `target`, or under `fields`.',
        waivable: false,
        where: {
          system: 'target',
          relation: object.target,
          ...(name === object.target ? {} : { field: name }),
        },
      }),
    );
}

function bytesOf(name: string): number {
  return new TextEncoder().encode(name).length;
}

interface Limit {
  readonly fields: number;
  readonly nameBytes: number;
}

/** As the makers document them. MySQL counts characters and row bytes, and refuses by itself before anything is written. */
const limits: Readonly<Partial<Record<SystemKind, Limit>>> = {
  postgres: { fields: 1_600, nameBytes: 63 },
  mysql: { fields: 1_017, nameBytes: 256 },
  sqlite: { fields: 2_000, nameBytes: Number.MAX_SAFE_INTEGER },
};
