import { statfsSync } from 'node:fs';
import { cpus, tmpdir, totalmem, type } from 'node:os';

/** The machine a figure was measured on, as far as it matters for reading the figure. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Where the throwaway servers, files and projects lay: memory takes the swings of a disk out of a comparison. */
  readonly storage: 'memory' | 'disk';
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${process.arch}`,
    node: process.version,
    storage: statfsSync(tmpdir()).type === tmpfs ? 'memory' : 'disk',
  };
}

/** The number by which Linux names a file system in memory (statfs(2), TMPFS_MAGIC). */
const tmpfs = 0x01021994;
