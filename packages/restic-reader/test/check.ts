import { isUmbraError } from '@umbracore/contracts';
import {
  checkRepository,
  nothingRemembered,
  openRepository,
  type Checked,
  type CheckOptions,
  type Remembered,
} from '@umbracore/restic-reader';
import { password } from './restic.ts';

export interface TestedCheck extends Partial<CheckOptions> {
  /** Where it is kept what index files say; nowhere if it is absent. */
  readonly indexDir?: string;
}

/** One check of a repository in a folder. */
export async function check(
  path: string,
  before: Remembered = nothingRemembered,
  { indexDir, ...options }: TestedCheck = {},
): Promise<Checked> {
  await using repository = await openRepository(path, { password });
  if (indexDir !== undefined) repository.rememberIndex(indexDir);
  return await checkRepository(repository, before, { read: 'all', now: () => Date.now(), ...options });
}

/** What a check says is wrong, one that cannot even begin included. */
export async function problemsOf(path: string, before?: Remembered, options?: TestedCheck): Promise<string> {
  try {
    const { findings } = await check(path, before, options);
    return [...findings.problems, ...findings.gone.map((id) => `gone: ${id}`)].join('\n');
  } catch (error) {
    if (isUmbraError(error)) return error.message;
    throw error;
  }
}
