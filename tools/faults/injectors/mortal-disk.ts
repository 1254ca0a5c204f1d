import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { where } from './injector.ts';

const run = (program: string, ...args: readonly string[]): void => void execFileSync(program, args, { stdio: 'pipe' });

/** The kernel stops a file system as a power cut would: nothing more reaches the disk, not even its own journal. */
const cut = [
  'open my $folder, "<", $ARGV[0] or die "$!\\n";',
  // EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH.
  'my $how = pack("L", 2); ioctl($folder, 0x8004587d, $how) or die "$!\\n";',
].join('');

/** An ext4 file system of its own whose power can be cut. */
export class MortalDisk implements Disposable {
  readonly #image: string;
  readonly folder: string;

  constructor(place: string) {
    this.#image = join(place, 'disk.img');
    this.folder = join(place, 'disk');
    closeSync(openSync(this.#image, 'w'));
    truncateSync(this.#image, 32 * 1024 ** 2);
    run('mkfs.ext4', '-q', '-F', this.#image);
    mkdirSync(this.folder);
    this.#mount();
  }

  #mount(): void {
    run('mount', '-o', 'loop', this.#image, this.folder);
  }

  cutPower(): void {
    run('perl', '-e', cut, this.folder);
  }

  /** Once nothing uses it any more: mounts it anew, which plays back its journal. */
  restorePower(): void {
    run('umount', this.folder);
    this.#mount();
  }

  [Symbol.dispose](): void {
    spawnSync('umount', ['--lazy', this.folder]);
  }
}

export const powerCuts = where(
  'power cut',
  'a file system loses what was not written out (ext4 on a loop device)',
  () => {
    const place = mkdtempSync(join(tmpdir(), 'umbra-mortal-'));
    try {
      using disk = new MortalDisk(place);
      disk.cutPower();
      disk.restorePower();
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  },
);
