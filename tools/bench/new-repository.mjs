import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * An empty repository whose password costs what restic means it to. restic measures how much it can work out in half a second when it
 * makes a key, so a machine that is busy in that moment gives a key that costs a fifth, and every ratio to it says something else.
 * Of a few keys the dearest is the one that nobody was beside.
 */
export function newRepository(restic, path, passwordFile, tries = 5) {
  const made = Array.from({ length: tries }, (_, n) => {
    const candidate = `${path}.${n}`;
    const flags = ['--quiet', `--repo=${candidate}`, `--password-file=${passwordFile}`, '--no-cache'];
    execFileSync(restic, ['init', ...flags]);
    return { candidate, cost: costOfKey(candidate) };
  }).toSorted((one, other) => other.cost - one.cost);
  const [dearest, ...others] = made;
  renameSync(dearest.candidate, path);
  for (const { candidate } of others) rmSync(candidate, { recursive: true });
}

function costOfKey(repository) {
  const [id] = readdirSync(join(repository, 'keys'));
  const { N, r, p } = JSON.parse(readFileSync(join(repository, 'keys', id), 'utf8'));
  return N * r * p;
}
