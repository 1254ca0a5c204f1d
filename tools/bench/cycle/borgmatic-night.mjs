import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchBorgmatic } from '../../borg.mjs';
import { canFetchDebianPackages, ownSuite } from '../../debian.mjs';
import { spawnCost } from '../spawn-cost.mjs';

/**
 * The same night by the distribution's borgmatic and borg, as its own documentation sets it up: backup, prune, compact, check,
 * list. Undefined where it cannot be had.
 */
export async function borgmaticNight({ world, place, before }, kept) {
  if (!canFetchDebianPackages()) return undefined;
  const tree = await fetchBorgmatic(ownSuite());
  const at = (name) => join(place, name);
  const env = { ...world.env, BORG_PASSPHRASE: 'correct horse battery staple', BORG_BASE_DIR: at('home') };
  execFileSync(join(tree, 'borg'), ['init', '--encryption=repokey-blake2', at('borg')], { env, stdio: 'pipe' });
  writeFileSync(
    at('borgmatic.yaml'),
    `location:
  source_directories: [${world.source}]
  repositories: [${at('borg')}]
  local_path: ${join(tree, 'borg')}
retention:
  keep_secondly: ${kept}
consistency:
  checks:
    - name: repository
    - name: archives
`,
  );
  const call = (...actions) =>
    spawnCost(join(tree, 'borgmatic'), ['--config', at('borgmatic.yaml'), ...actions], { env, cwd: place });
  return {
    before,
    async work() {
      const run = await call();
      const list = await call('list');
      return { wallMs: run.wallMs + list.wallMs };
    },
  };
}
