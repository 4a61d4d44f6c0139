import { describe, expect, it } from 'vitest';
import { mappingJsonSchema } from './mapping-file.ts';

interface JsonSchema {
  readonly properties: Readonly<Record<string, { readonly description?: string }>>;
  readonly required?: readonly string[];
  readonly additionalProperties: boolean;
}

describe('mappingJsonSchema', () => {
  const schema = mappingJsonSchema() as { readonly then: JsonSchema; readonly else: JsonSchema };

  it('describes every key of an object, refuses others, and demands what the reader demands', () => {
    expect(Object.keys(schema.else.properties)).toEqual(
      'format, source, target, mode, key, create, each, purge, fields, left_behind, owner, note'.split(', '),
    );
    expect(schema.else.required).toEqual(['source', 'target', 'key']);
    expect(schema.else.additionalProperties).toBe(false);
    for (const [key, { description }] of Object.entries(schema.else.properties))
      expect([key, description]).not.toContain(undefined);
  });

  it('describes left-behind.yaml', () => {
    expect(Object.keys(schema.then.properties)).toEqual(['format', 'relations']);
  });

  it('is plain JSON, the same each time', () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
    expect(JSON.stringify(mappingJsonSchema())).toBe(JSON.stringify(schema));
  });
});
