import type { Notary } from '../host/index.ts';
import { canonicalJson, parseStrictJson } from '../ledger/index.ts';
import { mappingContent, objectContent } from '../mapping/index.ts';
import {
  type Action,
  isGodwitError,
  type ObjectMapping,
  type Runbook,
  type RunbookStep,
} from '../model/index.ts';
import type { Refusal } from './refusal.ts';

/**
 * Everything that transforms a record or changes a structure stands in the runbook once, as text, beside its SHA-256: who signs
 * the digest has read the text, and who has only the runbook can compute it again.
 *
 * Invariants: 1. the canonical form (RFC 8785) of an object's `rules` hashes to its `mappingDigest`. 2. those of all objects,
 * with what stays behind, hash to the runbook's. 3. `digests` of a step are those of its statements, byte for byte, in order.
 */
export function rulesText(object: ObjectMapping): string {
  return `{${members(objectContent(object))}}`;
}

/** One rule a line: a text of many lines is one value to a reader of YAML, and 300 relations stay quick to read. */
function members(content: Readonly<Record<string, unknown>>): string {
  return Object.entries(content)
    .map(
      ([name, value]) =>
        `${canonicalJson(name)}:${name === 'fields' ? fieldLines(value) : canonicalJson(value)}`,
    )
    .join(',\n');
}

function fieldLines(fields: unknown): string {
  const lines = Object.entries(fields as object).map(
    ([field, rule]) => `\n  ${canonicalJson(field)}:${canonicalJson(rule)}`,
  );
  return `{${lines.join(',')}}`;
}

/** What the step does by statements of its own, in their order; empty where it has none. */
export function statementsOf(action: Action): readonly string[] {
  if (action.kind === 'create-relations') return action.statements;
  return action.kind === 'complete-relations' ? action.completions.map(({ statement }) => statement) : [];
}

/** What of the texts is not what its digest says. A runbook made before texts were part of it has none. */
export function textFaults(runbook: Runbook, digest: Notary['digest']): readonly Refusal[] {
  const fault = untrueRules(runbook, digest) ?? untrueStatements(runbook.steps, digest);
  return fault === null ? [] : [{ code: 'runbook.not-planned', what: fault }];
}

function untrueRules(
  { objects, leftBehind, mappingDigest }: Runbook,
  digest: Notary['digest'],
): string | null {
  if (leftBehind === undefined && objects.every(({ rules }) => rules === undefined)) return null;
  const contents: unknown[] = [];
  for (const { object, rules, mappingDigest: agreed } of objects) {
    const content = rules === undefined ? undefined : read(rules);
    if (content === undefined || digest(canonicalJson(content)) !== agreed)
      return `the rules of ${object} are not those that ${agreed} says`;
    contents.push(content);
  }
  const whole = mappingContent({ formatVersion: 1, objects: [], leftBehind: leftBehind ?? [] });
  const sorted = contents.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : Number(nameOf(a) > nameOf(b))));
  return digest(canonicalJson({ ...whole, objects: sorted })) === mappingDigest
    ? null
    : `the rules of its objects together are not those that ${mappingDigest} says`;
}

const nameOf = (content: unknown): string => String((content as { readonly name?: unknown } | null)?.name);

function read(rules: string): unknown {
  try {
    return parseStrictJson(rules);
  } catch (error) {
    if (isGodwitError(error)) return undefined;
    throw error;
  }
}

function untrueStatements(steps: readonly RunbookStep[], digest: Notary['digest']): string | null {
  for (const { id, action, digests } of steps) {
    if (digests === undefined) continue;
    const statements = statementsOf(action);
    const at = statements.findIndex((statement, index) => digest(statement) !== digests[index]);
    if (at >= 0)
      return `statement ${at + 1} of ${id} is not the one that ${digests[at] ?? 'its digest'} says`;
    if (digests.length !== statements.length)
      return `${id} has ${digests.length} digests of ${statements.length} statements`;
  }
  return null;
}
