import { type Finding, findingId } from '../../model/index.ts';
import { counted, type ListItem, type Section, type Tone } from '../document.ts';

const tones: Readonly<Record<Finding['severity'], Tone>> = { block: 'bad', warn: 'warn', note: 'plain' };

/** Somebody let it be, under their signature. */
export interface AcceptedFinding {
  readonly by: string;
  readonly reason: string;
  /** ISO instant in UTC. */
  readonly until: string;
}

/**
 * What stands in the way, what to be careful of, what to know; each with its place, examples and what to do.
 *
 * @param accepted by the finding's id; what is accepted stands in nobody's way
 */
export function findingsSection(
  title: string,
  findings: readonly Finding[],
  accepted: ReadonlyMap<string, AcceptedFinding> = new Map(),
): Section {
  return {
    id: 'findings',
    title,
    verdict: verdictOf(findings, accepted),
    blocks: [
      {
        kind: 'list',
        items: findings.map((finding) => findingItem(finding, accepted.get(findingId(finding)))),
      },
    ],
  };
}

function verdictOf(
  findings: readonly Finding[],
  accepted: ReadonlyMap<string, AcceptedFinding>,
): Section['verdict'] {
  const blocking = findings.filter(({ severity }) => severity === 'block');
  const open = blocking.filter((finding) => !accepted.has(findingId(finding))).length;
  const careful = findings.filter(({ severity }) => severity === 'warn').length;
  const rest = careful > 0 ? `; ${counted(careful, 'finding')} to be careful of` : '';
  if (open > 0)
    return {
      tone: 'bad',
      text: `${counted(open, 'finding')} must be mended, or decided by a person, before anything moves`,
    };
  if (blocking.length > 0)
    return {
      tone: 'warn',
      text: `nothing blocks: ${counted(blocking.length, 'finding')} ${blocking.length === 1 ? 'was' : 'were'} decided by a person${rest}`,
    };
  return careful > 0
    ? { tone: 'warn', text: `nothing blocks${rest}` }
    : { tone: 'good', text: 'nothing stands in the way' };
}

function findingItem(finding: Finding, accepted: AcceptedFinding | undefined): ListItem {
  const told = finding.records === null || finding.title.includes(finding.records);
  const records = told ? '' : ` (${counted(finding.records ?? 0, 'record')})`;
  const examples = finding.examples.slice(0, 3).map(({ key, value }) => `for example ${key}: ${value}`);
  const decide =
    finding.waivable && finding.severity === 'block'
      ? [`Or let it be, by a signed decision: godwit approve finding '${findingId(finding)}' --reason ...`]
      : [];
  const decided = accepted ? [`accepted by ${accepted.by} until ${accepted.until}: ${accepted.reason}`] : [];
  return {
    tone: accepted ? 'warn' : tones[finding.severity],
    title: `${placeText(finding)}${finding.title}${records}`,
    detail: [...decided, finding.detail, ...examples, finding.code].filter((line) => line !== '').join('\n'),
    fix: accepted ? null : [finding.fix, ...decide].join(' '),
  };
}

function placeText({ where }: Finding): string {
  const { object, relation, field, file, line } = where;
  const spot = [object ?? relation, field].filter((part) => part !== undefined).join('.');
  const inFile = file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`;
  return spot === '' && inFile === '' ? '' : `${spot}${inFile}: `;
}
