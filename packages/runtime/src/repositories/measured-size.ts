import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '@umbracore/contracts';

/** How large a repository was when somebody looked. */
export interface MeasuredSize {
  readonly storedBytes: number;
  readonly at: Instant;
}

const fileOf = (stateDir: string, repository: string): string => join(stateDir, 'sizes', `${repository}.json`);

/** Undefined if nobody has measured it. */
export async function measuredSize(stateDir: string, repository: string): Promise<MeasuredSize | undefined> {
  try {
    const { storedBytes, at }: Partial<Record<keyof MeasuredSize, unknown>> = JSON.parse(
      await readFile(fileOf(stateDir, repository), 'utf8'),
    );
    return typeof storedBytes === 'number' && typeof at === 'number' ? { storedBytes, at } : undefined;
  } catch {
    return undefined;
  }
}

/** What cannot be kept is measured again by the next one who asks. */
export async function rememberSize(stateDir: string, repository: string, size: MeasuredSize): Promise<void> {
  const file = fileOf(stateDir, repository);
  try {
    await mkdir(join(stateDir, 'sizes'), { recursive: true, mode: 0o700 });
    await writeFile(`${file}.${process.pid}`, JSON.stringify(size), { mode: 0o600 });
    await rename(`${file}.${process.pid}`, file);
  } catch {
    return;
  }
}
