import { type Finding, findingId } from '../../model/index.ts';
import { counted, type ListItem, type Section, type Tone } from '../document.ts';

const tones: Readonly<Record<Finding['severity'], Tone>> = { block: 'bad', warn: 'warn', note: 'plain' };

/** What stands in the way, what to be careful of, what to know; each with its place, examples and what to do. */
export function findingsSection(title: string, findings: readonly Finding[]): Section {
  const blocking = findings.filter(({ severity }) => severity === 'block').length;
  const careful = findings.filter(({ severity }) => severity === 'warn').length;
  return {
    id: 'findings',
    title,
    verdict:
      blocking > 0
        ? {
            tone: 'bad',
            text: `${counted(blocking, 'finding')} must be mended, or decided by a person, before anything moves`,
          }
        : {
            tone: careful > 0 ? 'warn' : 'good',
            text:
              careful > 0
                ? `nothing blocks; ${counted(careful, 'finding')} to be careful of`
                : 'nothing stands in the way',
          },
    blocks: [{ kind: 'list', items: findings.map(findingItem) }],
  };
}

function findingItem(finding: Finding): ListItem {
  const told = finding.records === null || finding.title.includes(finding.records);
  const records = told ? '' : ` (${counted(finding.records ?? 0, 'record')})`;
  const examples = finding.examples.slice(0, 3).map(({ key, value }) => `for example ${key}: ${value}`);
  const decide =
    finding.waivable && finding.severity === 'block'
      ? [`Or let it be, by a signed decision: godwit approve finding '${findingId(finding)}' --reason ...`]
      : [];
  return {
    tone: tones[finding.severity],
    title: `${placeText(finding)}${finding.title}${records}`,
    detail: [finding.detail, ...examples, finding.code].filter((line) => line !== '').join('\n'),
    fix: [finding.fix, ...decide].join(' '),
  };
}

function placeText({ where }: Finding): string {
  const { object, relation, field, file, line } = where;
  const spot = [object ?? relation, field].filter((part) => part !== undefined).join('.');
  const inFile = file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`;
  return spot === '' && inFile === '' ? '' : `${spot}${inFile}: `;
}
