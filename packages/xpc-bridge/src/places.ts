import { join } from 'node:path';
import type { PrivilegedRole } from '@umbracore/contracts';

/** Where the sockets of the privileged program are, one for each role. */
export const defaultSocketDir = process.platform === 'darwin' ? '/var/db/umbra-helper' : '/run/umbra-helper';

export const defaultPolicyFile = '/etc/umbra/helper.json';

/** Where those who connect to a role show who they are. */
export const proofDirIn = (dir: string, role: PrivilegedRole): string => join(dir, `proof-${role}`);

export const socketIn = (dir: string, role: PrivilegedRole): string => join(dir, `${role}.sock`);
