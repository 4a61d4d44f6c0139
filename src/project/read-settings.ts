import { describeProblem, readYaml, translateIssues } from '../mapping/index.ts';
import { GodwitError } from '../model/index.ts';
import { readTextFile } from './read-text-file.ts';
import { type Settings, settingsFile } from './settings.ts';

/** `godwit.yaml` as settled settings; throws `project.unreadable-settings` that names every line, value and what is accepted. */
export function readSettings(path: string): Settings {
  const name = 'godwit.yaml';
  const yaml = readYaml(name, readTextFile(path, name));
  if (yaml.problems.length > 0) throw unreadable(yaml.problems.map(describeProblem));
  const result = settingsFile.safeParse(yaml.data);
  if (!result.success)
    throw unreadable(translateIssues(name, yaml, result.error.issues).map(describeProblem));
  return result.data;
}

function unreadable(problems: readonly string[]): GodwitError {
  return new GodwitError({
    code: 'project.unreadable-settings',
    title: `godwit.yaml has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`,
    detail: `\n  ${problems.join('\n  ')}`,
    nextStep: 'Mend the lines named above; docs/reference/godwit-yaml.md shows every key.',
    fate: 'never',
    where: { file: 'godwit.yaml' },
  });
}
