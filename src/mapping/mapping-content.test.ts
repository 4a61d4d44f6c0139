import { describe, expect, it } from 'vitest';
import type { Mapping } from '../model/index.ts';
import { mappingContent, objectContent } from './mapping-content.ts';
import { parseMapping } from './parse-mapping.ts';

const text = `
source: s
target: t
key: [id, n]
purge: [{ when: a, reason: x }, { when: b, reason: y }]
fields:
  id: id
  status: { from: status, values: { a: b, c: null } }
left_behind: { fax: no }
`;

function content(yaml: string, name = 'o.yaml'): string {
  const { mapping, problems } = parseMapping([{ name, text: yaml }]);
  expect(problems).toEqual([]);
  return canonical(mappingContent(mapping));
}

/** Keys in order, as RFC 8785 does. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    one !== null && typeof one === 'object' && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

describe('mappingContent', () => {
  it('does not change with comments, formatting, the order of keys or the folder', () => {
    const other = `# a comment
key:
  - id
  - "n"
left_behind:
  fax: 'no'
format: 1
mode: empty-only
fields:
  status:
    values: { "c": null, a: b }   # why
    from: |-
      status
  id: { from: id }
purge:
  - reason: x
    when: a
  - { when: b, reason: y }
target: t
source: s
`;
    expect(content(other, 'elsewhere/o.yml')).toBe(content(text));
  });

  it.each([
    ['source: s', 'source: s2'],
    ['target: t', 'target: t2'],
    ['[id, n]', '[n, id]'],
    ['[id, n]', '[id]'],
    ['when: a', 'when: c'],
    ['reason: x', 'reason: z'],
    ['id: id', 'id: id + 1'],
    ['a: b,', 'a: c,'],
    ['c: null', 'c: "null"'],
    ['c: null', 'd: null'],
    ['c: null } }', 'c: null }, unmatched: quarantine }'],
    ['c: null } }', 'c: null }, owner: ada }'],
    ['c: null } }', 'c: null }, note: why }'],
    ['fax: no', 'fax: yes'],
    ['fields:', 'create: true\nfields:'],
    ['fields:', 'mode: append\nfields:'],
    ['fields:', 'each: { name: e, in: l }\nfields:'],
    ['fields:', 'owner: ada\nfields:'],
    ['{ when: a, reason: x }, { when: b, reason: y }', '{ when: b, reason: y }, { when: a, reason: x }'],
  ])('changes when %j becomes %j', (from, to) => {
    expect(text).toContain(from);
    expect(content(text.replace(from, to))).not.toBe(content(text));
  });

  it('changes with the name of the object, and leaves the other objects alone', () => {
    expect(content(text, 'p.yaml')).not.toBe(content(text));
    const read = (second: string): Mapping =>
      parseMapping([
        { name: 'a.yaml', text },
        { name: 'b.yaml', text: second },
      ]).mapping;
    const [before, after] = [read(text), read(text.replace('id: id', 'id: n'))];
    expect(canonical(objectContent(before.objects[0]!))).toBe(canonical(objectContent(after.objects[0]!)));
    expect(canonical(objectContent(before.objects[1]!))).not.toBe(
      canonical(objectContent(after.objects[1]!)),
    );
  });
});
