import type { Defence } from './defence.ts';

const approvals = 'src/runbook/approval-attacks.test.ts';
const drift = 'src/runbook/drift-attacks.test.ts';
const judge = 'src/runbook/judge-approvals.ts';
const warrant = 'src/runbook/issue-warrant.ts';
const policy = 'src/runbook/policy.ts';
const policyTest = 'src/runbook/policy.test.ts';
const change = 'src/runbook/judge-policy-change.ts';
const glass = 'src/runbook/broken-glass.ts';
const preChecks = 'src/runbook/judge-pre-checks.ts';
const preChecksTest = 'src/runbook/judge-pre-checks.test.ts';
const glassTest = 'src/runbook/broken-glass.test.ts';

/** Of keys with times, of people and rules that are changed, of broken glasses and their reviews. */
export const defencesOfPeople: readonly Defence[] = [
  {
    attack: 'a key that had ended',
    file: policy,
    from: 'if (notAfter !== null && instant >= notAfter)',
    to: 'if (false)',
    test: approvals,
    name: 'a key that had ended when it was used',
  },
  {
    attack: 'a key before its time',
    file: policy,
    from: 'if (notBefore !== null && instant < notBefore)',
    to: 'if (false)',
    test: approvals,
    name: 'a key that did not count yet',
  },
  {
    attack: 'a stolen key whose clock was set back',
    file: 'src/runbook/read-decisions.ts',
    from: 'const times = [body.time, recorded.get(id)?.time ?? body.time];',
    to: 'const times = [body.time];',
    test: approvals,
    name: 'a stolen key, its clock set back',
  },
  {
    attack: 'an approval dated before its runbook',
    file: judge,
    from: 'if (earlierThan(body.time, runbook.createdAt))',
    to: 'if (false)',
    test: approvals,
    name: 'an approval dated before there was a runbook',
  },
  {
    attack: 'people changed by too few of those before',
    file: change,
    from: 'agreedBy.length >= rule.people ? []',
    to: 'true ? []',
    test: policyTest,
    name: 'does not count when agreed to by one',
  },
  {
    attack: 'people changed by those who come',
    file: change,
    from: 'readDecisions(envelopes, current, notary.verify, log)',
    to: 'readDecisions(envelopes, next, notary.verify, log)',
    test: policyTest,
    name: 'somebody whom only the new one knows',
  },
  {
    attack: 'a laxer rule agreed to by itself',
    file: change,
    from: 'current.approvals ?? request.rule',
    to: 'next.approvals ?? request.rule',
    test: policyTest,
    name: 'takes as many as the old one says',
  },
  {
    attack: 'an agreement to people used a second time',
    file: change,
    from: ' > log.agreedAt',
    to: ' > 0',
    test: policyTest,
    name: 'is not agreed to a second time',
  },
  {
    attack: 'people nobody agreed to',
    file: warrant,
    from: 'if (log.agreedPolicy !== null && log.agreedPolicy !== digest)',
    to: 'if (false)',
    test: drift,
    name: 'a policy the ledger has not agreed to',
  },
  {
    attack: 'a runbook that asks for fewer people',
    file: warrant,
    from: 'if (rules && canonicalJson(rules) !== canonicalJson(runbook.approvals))',
    to: 'if (false)',
    test: drift,
    name: 'asks for fewer people than was agreed',
  },
  {
    attack: 'a glass broken by somebody without the role',
    file: glass,
    from: ' || !hasRole(person, rule.role)',
    to: '',
    test: glassTest,
    name: 'by somebody without the role',
  },
  {
    attack: 'a glass broken where no rule allows it',
    file: glass,
    from: 'rule === undefined || body.role !== rule.role || !hasRole(person, rule.role)',
    to: 'rule !== undefined && (body.role !== rule.role || !hasRole(person, rule.role))',
    test: glassTest,
    name: 'where no rule allows it',
  },
  {
    attack: 'a glass broken for another runbook',
    file: glass,
    from: 'body.runbook !== runbookId || ',
    to: '',
    test: glassTest,
    name: 'for another runbook',
  },
  {
    attack: 'a glass that holds for ever',
    file: glass,
    from: 'expiresAt < last ? expiresAt : last',
    to: 'expiresAt',
    test: glassTest,
    name: 'a day ago, whatever it says itself',
  },
  {
    attack: 'a glass broken against a rejection',
    file: judge,
    from: '    ...rejections(request),\n',
    to: '    ...(glass === null ? rejections(request) : []),\n',
    test: glassTest,
    name: 'does not outweigh a rejection',
  },
  {
    attack: 'a review that nobody makes',
    file: warrant,
    from: '...(request.goingBack === true ? [] : overdueReviews({ decisions, policy, log, now })),',
    to: '',
    test: glassTest,
    name: 'then nothing new runs',
  },
  {
    attack: 'a review by who broke the glass, or ran under it',
    file: glass,
    from: ' && !barred.has(person.name));\n  const names',
    to: ');\n  const names',
    test: glassTest,
    name: 'is not made by who ran under it',
  },
  {
    attack: 'a review by one person with two keys',
    file: glass,
    from: 'names.size >= people',
    to: 'reviews.length >= people',
    test: glassTest,
    name: 'is not made by one person with two keys',
  },
  {
    attack: 'a stop signed away by somebody who is not named and broke nothing',
    file: 'src/runbook/standing-stops.ts',
    from: 'brokenBy?.has(decidedBy) !== true',
    to: 'brokenBy === undefined',
    test: 'src/runbook/standing-stops.test.ts',
    name: 'and only they',
  },
  {
    attack: 'a check signed for in a role that may not',
    file: preChecks,
    from: 'attestingRoles.includes(role) && hasRole(person, role)',
    to: 'hasRole(person, role)',
    test: preChecksTest,
    name: 'in a role that may not',
  },
  {
    attack: 'a check signed for in a role that is not the signer’s',
    file: preChecks,
    from: 'attestingRoles.includes(role) && hasRole(person, role)',
    to: 'attestingRoles.includes(role)',
    test: preChecksTest,
    name: 'in a role that is not theirs',
  },
  {
    attack: 'a check signed for in a role that may not, carried in from another machine',
    file: 'src/project/import-decision.ts',
    from: 'if (powerless)',
    to: 'if (powerless === null)',
    test: 'src/project/pre-checks.test.ts',
    name: 'signed elsewhere in a role that may not',
  },
];
