/** A demand of a framework, in our own words, and what of a move speaks to it. */
export interface Control {
  readonly framework: 'SOC 2' | 'GDPR' | 'HIPAA';
  /** Number of the Trust Services Criterion, article, or section of 45 CFR. */
  readonly number: string;
  readonly asks: string;
  /** Types of ledger entries; `decision-recorded:approval` names the kind of a decision too. Empty: nothing here can speak to it. */
  readonly entries: readonly string[];
  /** Where what they speak of lies in the project folder. */
  readonly files: readonly string[];
}

const decided = ['decision-recorded:mapping-signature', 'decision-recorded:approval'];
const drilled = ['evidence-recorded:restore-drill'];
const stopped = ['run-held', 'stop-asked', 'decision-recorded:stop-override'];

/**
 * AICPA Trust Services Criteria (2017, with the points of focus of 2022), Regulation (EU) 2016/679, 45 CFR part 164 subpart C. Only
 * those that a move of records touches; what an organisation has to show besides is no matter of a move.
 */
export const controls: readonly Control[] = [
  soc2('CC6.1', 'only known people can decide, each with a key of their own', decided, [
    'godwit.yaml',
    'approvals/',
  ]),
  soc2(
    'CC6.3',
    'roles are separate: who writes a change is not who lets it happen',
    ['policy-agreed', ...decided],
    ['godwit.yaml', 'approvals/'],
  ),
  soc2('CC7.2', 'what is not as it should be is noticed while it happens', stopped, ['runbook.yaml']),
  soc2(
    'CC7.4',
    'an incident is stopped, decided on by somebody named, and answered',
    [...stopped, 'glass-broken', 'break-glass-reviewed'],
    ['approvals/'],
  ),
  soc2(
    'CC8.1',
    'a change is described, tried, approved, and then made as it was approved',
    [...decided, 'rehearsal-ended', 'runbook-planned', 'run-started', 'run-ended'],
    ['mapping/', 'runbook.yaml', 'approvals/'],
  ),
  soc2(
    'A1.3',
    'going back to what was is tried, not only planned',
    [...drilled, 'rehearsal-ended'],
    ['evidence/'],
  ),
  soc2(
    'PI1.4',
    'what comes out is whole and right',
    ['audit-ended', 'decision-recorded:result-signature'],
    ['reports/report.html'],
  ),
  soc2('C1.2', 'what is confidential is disposed of when it is no longer needed', ['body-erased'], []),
  gdpr('Art. 5(1)(d)', 'personal data stay accurate', ['audit-ended'], ['reports/report.html']),
  gdpr(
    'Art. 5(1)(f)',
    'they are kept whole and from others while they are handled',
    ['engine-slices-applied', 'audit-ended'],
    ['runbook.yaml'],
  ),
  gdpr(
    'Art. 5(2)',
    'who is responsible can show what was done',
    [...decided, 'run-started', 'run-ended'],
    ['runbook.yaml', 'approvals/'],
  ),
  gdpr('Art. 17', 'what is to be erased is erased', ['body-erased'], []),
  gdpr('Art. 32(1)(c)', 'access to them can be restored in time after an incident', drilled, ['evidence/']),
  gdpr('Art. 32(1)(d)', 'the measures are tried and judged', ['rehearsal-ended', ...drilled], ['evidence/']),
  gdpr('Art. 33', 'a breach is reported to the authority within 72 hours', [], []),
  hipaa(
    '164.308(a)(1)(ii)(D)',
    'records of what happened in the system are kept and looked at',
    ['run-started', 'audit-ended'],
    ['.godwit/ledger/'],
  ),
  hipaa(
    '164.308(a)(4)',
    'access is given by rule, to those who need it',
    ['policy-agreed', ...decided],
    ['godwit.yaml'],
  ),
  hipaa('164.308(a)(7)(ii)(A)', 'exact copies can be got back', drilled, ['evidence/']),
  hipaa(
    '164.308(a)(7)(ii)(D)',
    'the plan for emergencies is tried',
    [...drilled, 'rehearsal-ended'],
    ['evidence/'],
  ),
  hipaa(
    '164.312(b)',
    'what is done with the data is recorded',
    ['engine-step-started', 'engine-step-ended', 'engine-slices-applied'],
    ['.godwit/ledger/'],
  ),
  hipaa(
    '164.312(c)(1)',
    'the data are not altered or destroyed by what may not',
    ['audit-ended'],
    ['reports/report.html'],
  ),
  hipaa('164.312(d)', 'who acts is who they say they are', decided, ['approvals/']),
  hipaa('164.312(e)(1)', 'the data are guarded on their way over a network', [], []),
];

type Rest = [number: string, asks: string, entries: readonly string[], files: readonly string[]];

function soc2(...rest: Rest): Control {
  return control('SOC 2', ...rest);
}

function gdpr(...rest: Rest): Control {
  return control('GDPR', ...rest);
}

function hipaa(...rest: Rest): Control {
  return control('HIPAA', ...rest);
}

function control(framework: Control['framework'], ...[number, asks, entries, files]: Rest): Control {
  return { framework, number, asks, entries, files };
}
