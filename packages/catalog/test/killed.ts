// Fills a catalog from a repository that is always the same, and dies at a given folder.
import { openCatalog } from '@umbracore/catalog';
import { manySnapshots } from './many-snapshots.ts';
import { budgetBytes, quickClock } from './place.ts';
import { silentLog } from '@umbracore/contracts';

const [dir = '', folder = '0'] = process.argv.slice(2);
const repository = manySnapshots();
let left = Number(folder);
repository.beforeTree = () => {
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
};
const catalog = openCatalog({
  dir,
  repository: { backend: 'fake', location: '/srv/backup' },
  clock: quickClock,
  log: silentLog,
});
await catalog.catchUp(repository.backend(), { budgetBytes });
