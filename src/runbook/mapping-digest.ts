import type { Notary } from '../host/index.ts';
import { canonicalJson } from '../ledger/index.ts';
import { mappingContent, objectContent } from '../mapping/index.ts';
import type { Mapping, ObjectMapping } from '../model/index.ts';

/** What the author of a mapping signs: its content, not the bytes of its files. */
export function mappingDigest(mapping: Mapping, digest: Notary['digest']): string {
  return digest(canonicalJson(mappingContent(mapping)));
}

/** The same for one object: it keeps its digest when another object changes. */
export function objectMappingDigest(object: ObjectMapping, digest: Notary['digest']): string {
  return digest(canonicalJson(objectContent(object)));
}
