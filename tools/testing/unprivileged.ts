import { spawnSync } from 'node:child_process';

const nobody = 65534;

/** As whom servers run that refuse to be root, or give root's rights up. */
export const unprivileged = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/** Why there is no such server to test with; empty if there is one. */
export function whyNoServer(name: string, program: string): string {
  if (program === '') return `no ${name} was fetched`;
  const { status } = spawnSync('test', ['-x', program], { ...unprivileged, cwd: '/' });
  return status === 0 ? '' : `only root reaches the ${name} that was fetched`;
}
