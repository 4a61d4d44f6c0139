import { stringify } from 'yaml';
import { isHere } from './is-here.ts';
import type { LocatedValue, Locator } from './read-locator.ts';

/** The first `godwit.yaml` of a project: complete, commented, and accepted as it is. */
export function settingsText(project: string, source: Locator, target: Locator): string {
  return `# godwit.yaml: the systems, the people, the limits. No secrets: they come from the environment.
# Every key is explained in docs/reference/godwit-yaml.md.
format: 1
project: ${scalar(project)}

systems:
  source:
${lines(source)}
  target:
${lines(target)}

# Who may do what. Make a key with \`godwit keys new --name <person>\` and put the public key it prints here.
# author: signs the mapping. approver: signs the runbook. owner: accepts losses, signs the result. operator: runs.
# Approvals of the author of a mapping, and of whoever runs it, do not count.
people: []
#  - name: Ada
#    roles: [author, operator]
#    keys: [ed25519:...]
#  - name: Ben
#    roles: [approver, owner]
#    keys: [ed25519:...]

# How many different people in which role must approve a runbook.
approvals:
  role: approver
  people: 1

run:
  # Records that go into the target in one transaction.
  rows_per_slice: 5000
  # Slices that travel at the same time between two servers.
  slices_at_once: 2
  # An approved runbook may be run for so many days.
  valid_days: 14

# When the run pauses by itself.
stop_rules:
  # Quarantined records allowed for every 10,000 read, once more than the floor are quarantined.
  quarantined_per_10000: 100
  quarantined_floor: 100
  # Differences an audit may find and still count as passed.
  audit_differences: 0
  # A step may take so many times as long as it took in the rehearsal; a minute it may always take.
  step_time_factor: 10
  # A step that was never rehearsed may take so many minutes.
  step_minutes: 1440
  # Writing is allowed only in this window, in UTC: from: 2026-11-20T20:00Z, to: 2026-11-21T04:00Z. Empty: at any time.
  window:
  # What a rule does that speaks: pause behind the last whole slice, or roll-back the step it spoke in.
  action: pause

# What is kept of records (quarantine, before-images) is encrypted under this passphrase.
protection:
  passphrase_env: GODWIT_PASSPHRASE
  # What the source gives in a second while others work on it, in MiB; or unlimited. Alone with it, it is read as fast as it goes.
  source:
    read_mib_per_second: 8
    read_budget: shared

# production: \`godwit run\` asks for checks before it writes; docs/guides/before-production.md. practice: for none.
environment: ${environmentFor(target)}

downtime:
  # How long the systems may be closed for the switch; empty when nobody knows yet.
  allowed_minutes:
`;
}

/** Said from the beginning, so that nobody has to know the rule by which it would be taken. */
function environmentFor({ lines: pairs }: Locator): string {
  const given = (name: string): unknown => pairs.find(([key]) => key === name)?.[1];
  const [host, api] = [given('host'), given('api')];
  const there = typeof api === 'string' ? new URL(api).hostname : host;
  return typeof there !== 'string' || isHere(there) ? 'practice' : 'production';
}

function lines({ lines: pairs }: Locator): string {
  return pairs
    .map(
      ([key, value, comment]) =>
        `    ${key}: ${scalar(value)}${comment === undefined ? '' : ` # ${comment}`}`,
    )
    .join('\n');
}

const scalar = (value: LocatedValue): string =>
  stringify(value, { lineWidth: 0, collectionStyle: 'flow' }).trimEnd();
