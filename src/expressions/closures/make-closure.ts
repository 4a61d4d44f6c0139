import { valueFault } from '../faults.ts';
import {
  distinguish,
  type FieldNode,
  type LookupNode,
  type SubjectNode,
  type TypedNode,
} from '../nodes/index.ts';
import { closeCall } from './close-call.ts';
import { closeCase, closeCoalesce, closeExtreme, closeNullif, type SubjectSlot } from './close-choice.ts';
import { closeArray, closeSlice, closeSubscript } from './close-list.ts';
import {
  closeBooleanTest,
  closeDistinct,
  closeLogic,
  closeNot,
  closeNullTest,
  closeQuantified,
} from './close-logic.ts';
import { closeLookup, closeMask } from './close-lookup.ts';
import type { Closure } from './closure.ts';

/** A checked expression as a function of the record. */
export function makeClosure(root: TypedNode): Closure {
  const slots = new Map<symbol, SubjectSlot>();
  const make = (typed: TypedNode): Closure => {
    const node = distinguish(typed);
    switch (node.kind) {
      case 'constant': {
        const { value } = node;
        return () => value;
      }
      case 'field':
        return closeField(node);
      case 'call':
        return closeCall(node, make);
      case 'coalesce':
        return closeCoalesce(node, make);
      case 'case':
        return closeCase(node, make, slots);
      case 'subject':
        return closeSubject(node, slots);
      case 'nullif':
        return closeNullif(node, make);
      case 'logic':
        return closeLogic(node, make);
      case 'not':
        return closeNot(node, make);
      case 'null-test':
        return closeNullTest(node, make);
      case 'boolean-test':
        return closeBooleanTest(node, make);
      case 'distinct':
        return closeDistinct(node, make);
      case 'extreme':
        return closeExtreme(node, make);
      case 'array':
        return closeArray(node, make);
      case 'subscript':
        return closeSubscript(node, make);
      case 'slice':
        return closeSlice(node, make);
      case 'quantified':
        return closeQuantified(node, make);
      case 'lookup':
        return closeLookup(node, make);
      case 'mask':
        return closeMask(node, make);
    }
  };
  return make(root);
}

/** All lookups of an expression, in the order of the text. */
export function lookupsOf(node: unknown): readonly LookupNode[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = 'kind' in node && node.kind === 'lookup' ? [node as LookupNode] : [];
  return [...own, ...Object.values(node).flatMap((part) => lookupsOf(part))];
}

function closeField({ index, fieldType, name }: FieldNode): Closure {
  // The compiler names the fields of its scope: a row that is shorter is a mistake of the caller, and reads as null.
  if (fieldType.kind !== 'any') return (row) => row[index] ?? null;
  return (row) => {
    const value = row[index] ?? null;
    if (value instanceof Uint8Array) throw valueFault('22P03', `${name} holds bytes where text is needed`);
    return value;
  };
}

function closeSubject(node: SubjectNode, slots: ReadonlyMap<symbol, SubjectSlot>): Closure {
  const slot = slots.get(node.identity);
  return () => slot?.value ?? null;
}
