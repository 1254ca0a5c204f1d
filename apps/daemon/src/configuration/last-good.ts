import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from '@umbracore/contracts';
import { writeAtomically } from '../place/write-atomically.ts';

const fileOf = (stateDir: string): string => join(stateDir, 'last-good-configuration.json');

/** Keeps a configuration as it was understood, for a start with one that is not. It has references to secrets, not secrets. */
export function keepLastGood(stateDir: string, configuration: Configuration): void {
  const { repositories, jobs, resources, ...rest } = configuration;
  const plain = { ...rest, repositories: [...repositories], jobs: [...jobs], resources: [...resources] };
  writeAtomically(fileOf(stateDir), `${JSON.stringify(plain)}\n`);
}

/** What was kept of this very file; undefined if there is nothing. */
export function lastGood(stateDir: string, file: string): Configuration | undefined {
  try {
    const { repositories, jobs, resources, ...rest } = JSON.parse(readFileSync(fileOf(stateDir), 'utf8'));
    if (rest.file !== file) return undefined;
    // A version that could tell nobody kept none.
    const notifications = rest.notifications ?? { channels: [], rules: [] };
    return {
      ...rest,
      notifications,
      repositories: new Map(repositories),
      jobs: new Map(jobs),
      resources: new Map(resources),
    };
  } catch {
    return undefined;
  }
}
