import { join } from 'node:path';
import {
  type ControlEvidence,
  complianceSection,
  controlEvidence,
  renderSectionText,
  type Section,
} from '../reports/index.ts';
import type { Project } from './project.ts';
import { writeWholeFile } from './write-whole-file.ts';

export interface ComplianceTable {
  readonly file: string;
  readonly section: Section;
  readonly controls: readonly ControlEvidence[];
}

/** `godwit report compliance`: writes `reports/compliance.txt`, from the entries of the ledger alone. */
export async function writeComplianceTable(project: Project): Promise<ComplianceTable> {
  const found = controlEvidence(project.ledger().entries());
  const section = complianceSection(found);
  const file = join(project.folder.reports, 'compliance.txt');
  writeWholeFile(file, `${renderSectionText(section)}\n`);
  return { file, section, controls: found };
}
