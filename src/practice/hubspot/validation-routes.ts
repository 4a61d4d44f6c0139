import { z } from 'zod';
import { emptyAnswer, jsonAnswer, type PracticeAnswer } from '../practice-message.ts';
import type { Account } from './account.ts';
import type { KeptProperty } from './property-catalog.ts';
import { readBody } from './read-body.ts';
import { invalid, Refusal } from './refusal.ts';
import { type ApiCall, type Route, schemaScope } from './route.ts';
import { ruleContent, ruleTypes, type ValidationRule } from './validation-rule.ts';

const changed = z.strictObject(ruleContent);
const ruleType = z.enum(ruleTypes);

/** `property-validations`: the rules an admin made for properties, of a kind of record, of a property, one; and making one. */
export function validationRoutes(account: Account): readonly Route[] {
  const all = 'crm/v3/property-validations/{type}';
  const [one, rule] = [`${all}/{name}`, `${all}/{name}/rule-type/{rule}`];
  const [reading, writing] = [schemaScope(account, 'read'), schemaScope(account, 'write')];
  return [
    { method: 'GET', path: all, scopes: reading, answer: (call) => list(account, call) },
    {
      method: 'GET',
      path: one,
      scopes: reading,
      answer: (call) => jsonAnswer(200, { results: rulesOf(propertyAt(account, call)) }),
    },
    { method: 'GET', path: rule, scopes: reading, answer: (call) => read(account, call) },
    { method: 'PUT', path: rule, scopes: writing, answer: (call) => put(account, call) },
  ];
}

const rulesOf = ({ definition }: KeptProperty): readonly ValidationRule[] => definition.rules ?? [];

function list(account: Account, { place }: ApiCall): PracticeAnswer {
  const ruled = account.catalog
    .list(account.type(place('type')))
    .filter((kept) => kept.archivedMs === null && rulesOf(kept).length > 0);
  const results = ruled.map((kept) => ({
    propertyName: kept.definition.name,
    propertyValidationRules: rulesOf(kept),
  }));
  return jsonAnswer(200, { results });
}

/** Throws 404 for a property that is not there. */
function propertyAt(account: Account, { place }: ApiCall): KeptProperty {
  const kept = account.catalog.kept(account.type(place('type')), place('name'));
  if (kept !== null && kept.archivedMs === null) return kept;
  throw new Refusal(404, {
    message: `Property ${place('name')} does not exist`,
    category: 'OBJECT_NOT_FOUND',
  });
}

function read(account: Account, call: ApiCall): PracticeAnswer {
  const found = rulesOf(propertyAt(account, call)).find((one) => one.ruleType === call.place('rule'));
  if (found === undefined)
    throw new Refusal(404, {
      message: `No rule ${call.place('rule')} is there`,
      category: 'OBJECT_NOT_FOUND',
    });
  return jsonAnswer(200, found);
}

/** A rule of the same type is replaced, those of other types stay; so do values that are there. */
function put(account: Account, call: ApiCall): PracticeAnswer {
  const kept = propertyAt(account, call);
  const type = ruleType.safeParse(call.place('rule'));
  if (!type.success) throw invalid(`practice: no rule ${call.place('rule')} is kept here`);
  const rule = { ruleType: type.data, ...readBody(call.request, changed) };
  const others = rulesOf(kept).filter((one) => one.ruleType !== type.data);
  const definition = { ...kept.definition, rules: [...others, rule] };
  account.catalog.keep(account.type(call.place('type')), {
    ...kept,
    definition,
    updatedMs: call.request.nowMs,
  });
  return emptyAnswer(204);
}
