import { join } from 'node:path';
import type { PrivilegedRole } from '@umbracore/contracts';

export interface HelperSpec {
  /** Each has a socket and a service of its own, with the rights that it takes. */
  readonly roles: readonly PrivilegedRole[];
  /** Node and the privileged program, both absolute. */
  readonly program: readonly string[];
  readonly policyFile: string;
  readonly socketDir: string;
  /** Local repositories of the policy, and where snapshots of its volumes are kept. */
  readonly writable: readonly string[];
  /** Users who are to be members of the group that may connect. */
  readonly members: readonly string[];
}

/** The user that the roles run as which take no more than capabilities, and the group that may connect. */
export const helperUser = 'umbra-helper';

/** Where those who connect show who they are: written by many, listed by nobody, and each removes only what is theirs. */
export const proofsOf = ({ socketDir }: HelperSpec, role: PrivilegedRole): string => join(socketDir, `proof-${role}`);

/** Without the signal that would open a debugger. */
export const helperCommand = (
  { program, policyFile, socketDir }: HelperSpec,
  role: PrivilegedRole,
): readonly string[] => {
  const [node = '', ...rest] = program;
  const places = ['--policy', policyFile, '--dir', socketDir];
  return [node, '--disable-sigusr1', '--no-warnings', ...rest, '--role', role, ...places];
};
