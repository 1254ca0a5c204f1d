import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { privilegedRoles, UmbraError } from '@umbracore/contracts';
import type { HelperFlags } from '../commands/helper.ts';
import { helperUnits, type HelperSpec, type UnitPlan } from '../doors/units.ts';
import { defaultPolicyFile, defaultSocketDir } from '../doors/privileged.ts';
import type { Session } from '../session.ts';

/** What an installation of the privileged program does. Throws `usage.invalid` where there is no such program. */
export function helperPlan(session: Session, { role = ['backup'], format }: HelperFlags, all = false): UnitPlan {
  const spec: HelperSpec = {
    roles: all ? privilegedRoles : privilegedRoles.filter((each) => role.includes(each)),
    program: [process.execPath, helperProgram()],
    policyFile: defaultPolicyFile,
    socketDir: session.env['UMBRA_HELPER_DIR'] || defaultSocketDir,
    ...fromPolicy(defaultPolicyFile),
  };
  return helperUnits[format ?? (process.platform === 'darwin' ? 'launchd' : 'systemd')](spec);
}

/** Beside this program. */
function helperProgram(): string {
  const path = join(dirname(realpathSync(process.argv[1] ?? '')), 'umbra-helper.js');
  if (existsSync(path)) return path;
  throw new UmbraError('usage.invalid', `There is no ${path}`, {
    hint: 'Use the program as it is installed: the privileged one lies beside it.',
  });
}

/** Which folders have to be writable, and who is to be in the group. A policy that cannot be read yet says neither. */
function fromPolicy(file: string): Pick<HelperSpec, 'writable' | 'members'> {
  try {
    const policy = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly users?: readonly unknown[];
      readonly repositories?: Readonly<Record<string, { readonly location?: unknown }>>;
      readonly volumes?: Readonly<Record<string, { readonly folder?: unknown }>>;
    };
    const locations = Object.values(policy.repositories ?? {}).map(({ location }) => location);
    const folders = Object.values(policy.volumes ?? {}).map(({ folder }) => folder);
    return {
      writable: [...locations, ...folders].filter((path) => typeof path === 'string').filter(isAbsolute),
      members: (policy.users ?? []).filter((user) => typeof user === 'string'),
    };
  } catch {
    return { writable: [], members: [] };
  }
}
