import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeRepository } from '../testing/light-key.mjs';

/** So many of the jobs are backups by a real engine, the others commands that do nothing. */
const backupEvery = 25;

const minutesApart = 20;

/** A folder with jobs that are due three times an hour, spread over its minutes. Gives the environment of its daemon. */
export function soakWorld(folder, jobs) {
  const repository = join(folder, 'repository');
  makeRepository(repository, 'soak');
  writeFileSync(join(folder, 'password'), 'soak\n', { mode: 0o600 });
  for (const name of ['source', 'home', 'cache']) mkdirSync(join(folder, name), { recursive: true });
  for (let n = 0; n < 50; n += 1) writeFileSync(join(folder, 'source', `file-${n}`), `${n} `.repeat(500));
  const config = join(folder, 'umbra.yaml');
  writeFileSync(config, configuration(folder, repository, jobs));
  return {
    PATH: process.env.PATH,
    HOME: join(folder, 'home'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    UMBRA_CONFIG: config,
    UMBRA_STATE_DIR: join(folder, 'state'),
    UMBRA_RESTIC: process.env.UMBRA_RESTIC,
    UMBRA_SOAK_MEMORY: join(folder, 'memory.json'),
    LANG: 'C.UTF-8',
  };
}

function configuration(folder, repository, jobs) {
  const what = (index) => (index % backupEvery === 0 ? `sources: ${folder}/source` : 'command: [/bin/true]');
  const lines = Array.from(
    { length: jobs },
    (_, index) =>
      `  job-${index}: { ${what(index)}, schedule: { cron: "${index % minutesApart}/${minutesApart} * * * *" } }`,
  );
  return `repositories:
  main: { url: ${repository}, password: file:${folder}/password }
jobs:
${lines.join('\n')}
`;
}
