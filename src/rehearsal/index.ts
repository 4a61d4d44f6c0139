/** Rehearsals: which records, and how the real code runs over them in a world of its own. */
export { chooseSample, type SampleRequest } from './choose-sample.ts';
export { type Backup, readBackup } from './restore/backup.ts';
export { type BackupFacts, countRecords, ownRecords } from './restore/backup-facts.ts';
export { type AppRead, checkAppReads } from './restore/check-app-reads.ts';
export { checkRestored, type RestoreCheck } from './restore/check-restored.ts';
export { scratchIsLive, scratchNotEmpty } from './restore/faults.ts';
export { MariadbScratch } from './restore/mariadb-scratch.ts';
export { PostgresScratch } from './restore/postgres-scratch.ts';
export { ProgramRunner } from './restore/program-runner.ts';
export { restoringOf } from './restore/restore-backup.ts';
export type { Scratch } from './restore/scratch.ts';
export { SqliteScratch } from './restore/sqlite-scratch.ts';
export { takeBackup } from './restore/take-backup.ts';
export type { AwkwardRecord, Link, LinkedParent, Sample, SampledRelation, SampleReason } from './sample.ts';
export { provenShare, sampleSize } from './sample-size.ts';
export { sampledSystem } from './sampled-system.ts';
