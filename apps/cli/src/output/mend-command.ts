import type { Configuration, RepositoryName } from '@umbracore/contracts';

/** What mends a damaged repository: with the help of one that has copies, or that it is copied from, if there is one. */
export function mendCommand(jobs: Configuration['jobs'], repository: RepositoryName): string {
  const others = [...jobs.values()].flatMap((job) => {
    if (job.kind !== 'copy') return [];
    if (job.from === repository) return job.repositories;
    return job.repositories.includes(repository) ? [job.from] : [];
  });
  const [other] = others;
  return `umbra repo repair ${repository} --read all${other === undefined ? '' : ` --from ${other}`}`;
}
