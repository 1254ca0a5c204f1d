import { parseArgs } from 'node:util';
import { privilegedRoles, reasonOf, UmbraError, type PrivilegedRole } from '@umbracore/contracts';
import { defaultPolicyFile, defaultSocketDir } from '@umbracore/runtime/privileged';

/** What the program is told by whoever starts it. */
export interface Arguments {
  readonly roles: readonly PrivilegedRole[];
  readonly policyFile: string;
  /** Folder of the sockets and of the proofs beside them; not used for a socket that the system opened. */
  readonly socketDir: string;
  readonly stateDir: string;
  /** Of a process that this program starts for itself. */
  readonly view: string | undefined;
  readonly asks: 'help' | 'version' | undefined;
}

export const usage = `umbra-helper: does for umbra what takes more rights than it has, as far as a policy of root allows

  umbra-helper --role backup [--role restore] [--role volumes] [--role mounts]

  --role ROLE    backup, restore, volumes or mounts; one for a socket that the system opened
  --policy FILE  what is allowed, and to whom (${defaultPolicyFile})
  --dir DIR      where its sockets are (${defaultSocketDir})
  --state DIR    a folder of its own (STATE_DIRECTORY, or /var/lib/umbra-helper)

Usually systemd or launchd starts it: see \`umbra helper install --print\`.
`;

/** Throws `usage.invalid`. */
export function readArguments(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Arguments {
  const { values } = parsed(args);
  const asks = values.help === true ? 'help' : values.version === true ? 'version' : undefined;
  const roles = values.role ?? [];
  const unknown = roles.find((role) => !isRole(role));
  if (unknown !== undefined) throw invalid(`there is no role ${unknown}`);
  if (roles.length === 0 && asks === undefined && values.view === undefined) throw invalid('it has no role');
  return {
    roles: [...new Set(roles)].filter(isRole),
    policyFile: values.policy ?? defaultPolicyFile,
    socketDir: values.dir ?? defaultSocketDir,
    stateDir: values.state ?? env['STATE_DIRECTORY'] ?? '/var/lib/umbra-helper',
    view: values.view,
    asks,
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        role: { ...text, multiple: true },
        policy: text,
        dir: text,
        state: text,
        view: text,
        help: flag,
        version: flag,
      },
    });
  } catch (cause) {
    throw invalid(reasonOf(cause));
  }
}

const isRole = (role: string): role is PrivilegedRole => (privilegedRoles as readonly string[]).includes(role);

const invalid = (message: string): UmbraError =>
  new UmbraError('usage.invalid', message, { hint: 'See umbra-helper --help.' });
