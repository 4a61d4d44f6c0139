import { join } from 'node:path';
import { digestOf } from '../host/index.ts';
import { type VisibleChange, visibleChanges } from '../mapping/index.ts';
import { renderSectionText, type Section, supportSection } from '../reports/index.ts';
import { type CheckedMove, checkStructure } from './check-map.ts';
import type { Project } from './project.ts';
import { writeWholeFile } from './write-whole-file.ts';

/** What support is told before the move: what users may notice. */
export interface SupportBrief {
  readonly changes: readonly VisibleChange[];
  readonly section: Section;
  readonly text: string;
  /** `sha256:` of the text: the same mapping gives the same brief, another one needs another briefing. */
  readonly digest: string;
}

/** From a mapping that was checked against both systems. */
export function supportBriefOf({ loaded, checked }: Pick<CheckedMove, 'loaded' | 'checked'>): SupportBrief {
  const changes = visibleChanges(loaded.mapping, checked);
  const section = supportSection(changes);
  const text = `${renderSectionText(section)}\n`;
  return { changes, section, text, digest: digestOf(text) };
}

/** `godwit report support`: writes `reports/support-brief.txt`. */
export async function writeSupportBrief(project: Project): Promise<SupportBrief & { readonly file: string }> {
  const brief = supportBriefOf(await checkStructure(project));
  const file = join(project.folder.reports, supportBriefName);
  writeWholeFile(file, brief.text);
  return { ...brief, file };
}

const supportBriefName = 'support-brief.txt';
