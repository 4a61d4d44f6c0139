import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own, as small as one likes; only the superuser of a Linux machine can make one. */
export class SmallDisk implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'godwit-small-disk-'));

  static possible(): boolean {
    const folder = mkdtempSync(join(tmpdir(), 'godwit-small-disk-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0;
    if (mounted) spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
    return mounted;
  }

  /** @param owner whose folder it is, where it is not that of whoever runs the tests */
  constructor(owner?: { readonly uid: number; readonly gid: number }) {
    const whose = owner ? `,mode=700,uid=${owner.uid},gid=${owner.gid}` : '';
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=2m${whose}`, 'tmpfs', this.folder]);
  }

  change(options: string): void {
    execFileSync('mount', ['-o', `remount,${options}`, this.folder]);
  }

  [Symbol.dispose](): void {
    execFileSync('umount', [this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
