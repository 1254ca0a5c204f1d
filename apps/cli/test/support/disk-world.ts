import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { canChangeUser, PrivilegedWorld } from './privileged-world.ts';

const found = spawnSync('sh', ['-c', 'command -v btrfs'], { encoding: 'utf8' }).stdout.trim();

/** The tool of btrfs-progs; mkfs.btrfs lies beside it. */
export const btrfs = process.env['UMBRA_TEST_BTRFS'] ?? found;
const mkfs = join(dirname(btrfs), 'mkfs.btrfs');
export const hasLoop = spawnSync('losetup', ['-f']).status === 0;
export const knows = (fileSystem: string): boolean =>
  readFileSync('/proc/filesystems', 'utf8').includes(`\t${fileSystem}\n`);

/** What is mounted anywhere below a folder. */
export const mountsBelow = (folder: string): readonly string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((place) => place.startsWith(folder));

/** A world with a disk of its own in a file. */
export class DiskWorld extends PrivilegedWorld {
  readonly image = this.at('disk.img');
  readonly place = this.at('disk');

  constructor(make: (image: string) => void) {
    super();
    writeFileSync(this.image, '');
    truncateSync(this.image, 150 * 1024 * 1024);
    make(this.image);
    mkdirSync(this.place);
  }

  override [Symbol.dispose](): void {
    for (const place of mountsBelow(this.folder)) spawnSync('umount', [place]);
    super[Symbol.dispose]();
  }
}

export const makeBtrfs = (image: string): void => void execFileSync(mkfs, ['-q', image], { stdio: 'ignore' });

export const canBtrfs = canChangeUser && btrfs !== '' && existsSync(mkfs) && hasLoop && knows('btrfs');
