import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newRepository } from '../new-repository.mjs';

/** What Node made of the program's source: umbra is no newer on a machine than restic is, which comes compiled. */
const compiled = 'compiled';

const password = 'correct horse battery staple';

/** A user's machine in a folder: sources, a password, a configuration with one job, and a repository. */
export function makeWorld(folder, restic) {
  const at = (name) => join(folder, name);
  for (const name of ['home', 'tmp', 'source']) mkdirSync(at(name));
  writeFileSync(at('password'), `${password}\n`, { mode: 0o600 });
  writeFileSync(
    at('umbra.yaml'),
    `repositories:
  home:
    url: ${at('repository')}
    password: file:${at('password')}
jobs:
  documents:
    sources: ${at('source')}
    verify: { afterBackup: none }
`,
  );
  newRepository(restic, at('empty'), at('password'));
  return {
    folder,
    source: at('source'),
    env: {
      PATH: process.env.PATH,
      HOME: at('home'),
      TMPDIR: at('tmp'),
      UMBRA_CONFIG: at('umbra.yaml'),
      UMBRA_STATE_DIR: at('state'),
      UMBRA_CACHE_DIR: at('cache'),
      UMBRA_RESTIC: restic,
      LANG: 'C.UTF-8',
    },
    /** As before the first backup: an empty repository, no history, no cache of what is in a repository or was read. */
    reset() {
      rmSync(at('state'), { recursive: true, force: true });
      this.emptyRepository();
    },
    /** The same under a daemon, whose history stays. */
    emptyRepository() {
      rmSync(at('repository'), { recursive: true, force: true });
      mkdirSync(at('cache'), { recursive: true });
      for (const name of readdirSync(at('cache')).filter((each) => each !== compiled)) {
        rmSync(join(at('cache'), name), { recursive: true, force: true });
      }
      cpSync(at('empty'), at('repository'), { recursive: true });
    },
  };
}
