import { GodwitError } from '../model/index.ts';
import { ProgramRunner } from '../rehearsal/index.ts';
import type { MonitoringSettings } from './drill-settings.ts';
import { environmentForPrograms } from './environment.ts';
import { keepEvidence } from './evidence-files.ts';
import type { Project } from './project.ts';

export interface MonitoringReport {
  readonly passed: boolean;
  /** What was asked, without what could be a secret in an address. */
  readonly asked: string;
  /** What came of it, without the answer itself. */
  readonly what: string;
  readonly file: string;
}

const waitMs = 15_000;

/**
 * `godwit drill monitoring`: asks what watches the systems whether it is there, as `godwit.yaml` says, and keeps what it
 * answered as evidence. Throws `drill.not-declared`.
 */
export async function drillMonitoring(project: Project): Promise<MonitoringReport> {
  const { monitoring } = project.settings.drills;
  if (monitoring === null) throw notDeclared();
  const asked = askedWords(monitoring);
  const { passed, what } = await probe(project, monitoring);
  const { file } = await keepEvidence(project, { kind: 'monitoring', passed, content: { asked, what } });
  return { passed, asked, what, file };
}

function askedWords({ url, command }: MonitoringSettings): string {
  if (url === null) return `program ${command?.[0] ?? ''}`;
  const { origin, pathname } = URL.parse(url) ?? { origin: '', pathname: '' };
  return `GET ${origin}${pathname}`;
}

interface Probed {
  readonly passed: boolean;
  readonly what: string;
}

async function probe(project: Project, settings: MonitoringSettings): Promise<Probed> {
  const { url, expect } = settings;
  try {
    const answer =
      url === null ? await ofProgram(project, settings.command ?? []) : await ofAddress(project, url);
    if (expect !== null && !answer.text.includes(expect))
      return { passed: false, what: `${answer.how}, without the words that are expected` };
    return {
      passed: true,
      what: expect === null ? answer.how : `${answer.how}, with the words that are expected`,
    };
  } catch (error) {
    if (project.signal.aborted) throw error;
    return { passed: false, what: error instanceof Error ? `no answer: ${error.message}` : 'no answer' };
  }
}

interface Answered {
  readonly how: string;
  readonly text: string;
}

async function ofAddress({ clock, signal }: Project, url: string): Promise<Answered> {
  const limit = new AbortController();
  const done = new AbortController();
  const late = clock.sleep(waitMs, done.signal).then(
    () => limit.abort(new Error(`nothing came within ${waitMs / 1_000} s`)),
    () => undefined,
  );
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, limit.signal]) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`it answered with status ${answer.status}`);
    return { how: `it answered with status ${answer.status}`, text };
  } finally {
    done.abort();
    await late;
  }
}

async function ofProgram(project: Project, [program = '', ...args]: readonly string[]): Promise<Answered> {
  const runner = new ProgramRunner({
    programs: null,
    environment: environmentForPrograms(project.environment),
    folder: project.folder.root,
    output: project.statePath('drill-output.txt'),
    signal: project.signal,
  });
  const { out } = await runner.run(program, args, {});
  return { how: 'it ended well', text: out };
}

function notDeclared(): GodwitError {
  return new GodwitError({
    code: 'drill.not-declared',
    title: 'godwit.yaml does not say how monitoring is asked',
    detail: 'drills, monitoring: url or command is needed',
    nextStep:
      'Write it as docs/guides/before-production.md shows, or let a person sign: `godwit approve check monitoring --reference <where> --key <file>`.',
    fate: 'never',
    where: { file: 'godwit.yaml' },
  });
}
