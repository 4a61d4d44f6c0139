import { GodwitError, type Row, recordKey, type Value } from '../../model/index.ts';
import { maskText } from '../mask-text.ts';
import type { LookupNode, MaskNode } from '../nodes/index.ts';
import type { Environment, LookupUse } from '../program.ts';
import type { Closure, MakeClosure } from './closure.ts';

// The checker lets no lookup and no mask into a key.
const noEnvironment: Environment = {
  lookup: () => undefined,
  mask: () => '',
};

/** The key of a lookup as text, or null when a part is null. */
export function keyOf(node: LookupNode, make: MakeClosure): LookupUse['key'] {
  const parts = node.key.map(make);
  return (row: Row) => {
    const values = parts.map((part) => part(row, noEnvironment));
    return values.includes(null) ? null : recordKey(values);
  };
}

export function closeLookup(node: LookupNode, make: MakeClosure): Closure {
  const key = keyOf(node, make);
  return (row, environment) => {
    const wanted = key(row);
    if (wanted === null) return null;
    const found = environment.lookup(node.object, wanted);
    if (found !== undefined) return found;
    if (node.optional) return null;
    throw missing(node.object);
  };
}

function missing(object: string): GodwitError {
  return new GodwitError({
    code: 'value.no-new-id',
    title: 'A record it points to has no new id',
    detail: `the old record of ${object} was not moved`,
    nextStep: `Find out why it is missing from ${object} (quarantine, purge rule, orphan), or write lookup_or_null() to let the link go.`,
    fate: 'never',
  });
}

export function closeMask(node: MaskNode, make: MakeClosure): Closure {
  const text = make(node.text);
  return (row, environment) => {
    const value: Value = text(row, environment);
    return value === null ? null : maskText(value as string, node.shape, (part) => environment.mask(part));
  };
}
