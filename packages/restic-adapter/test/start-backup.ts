/** A coordinator that starts a backup under a shim, tells that it has begun, and waits to be killed. */
import type { Progress } from '@umbracore/contracts';
import { createResticBackend } from '@umbracore/restic-adapter';
import { Bench, backupSpec } from './subject.ts';

const [program = '', folder = '', spool = '', source = '', limits = '{}'] = process.argv.slice(2);
using own = new Bench(program, folder);
const repository = own.repository('repository', { location: `${folder}/repository`, packSizeBytes: 4 * 1024 * 1024 });
const host = { ...own.host, cacheDir: `${folder}/cache`, scratchDir: `${folder}/scratch` };
const report = ({ bytesProcessed }: Progress): void => {
  if (bytesProcessed > 0) process.stdout.write('.');
};
await createResticBackend(repository, host).backup(backupSpec([source]), {
  spool,
  orphanPolicy: 'adopt',
  limits: JSON.parse(limits),
  report,
});
