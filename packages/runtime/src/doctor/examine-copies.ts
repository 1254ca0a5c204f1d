import type { Configuration, RepositoryName, Finding } from '@umbracore/contracts';

/**
 * A repository that gets both copies and backups of its own stores what both bring once only if it cuts files where the other one
 * does. That is decided when it is made.
 */
export function* examineCopies(
  jobs: Configuration['jobs'],
  chunkers: ReadonlyMap<RepositoryName, string | undefined>,
): Generator<Finding> {
  const all = [...jobs.values()];
  for (const copy of all) {
    if (copy.kind !== 'copy') continue;
    const theirs = chunkers.get(copy.from);
    for (const repository of copy.repositories) {
      const ours = chunkers.get(repository);
      const isSavedTo = all.some(({ kind, repositories }) => kind === 'backup' && repositories.includes(repository));
      if (!isSavedTo || ours === undefined || theirs === undefined || ours === theirs) continue;
      const text = `it cuts files at other places than ${copy.from}: what ${copy.id} copies and what is saved there is stored twice`;
      const fix = `add "sameChunkerAs: ${copy.from}" to a new repository, and umbra repo create it`;
      yield { area: 'repository', subject: repository, standing: 'attention', text, fix };
    }
  }
}
