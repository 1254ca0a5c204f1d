import { userInfo } from 'node:os';
import {
  privilegedRoles,
  toUmbraError,
  UmbraError,
  type PrivilegedBridge,
  type PrivilegedFacts,
  type PrivilegedRole,
} from '@umbracore/contracts';
import { exitCodes } from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import type { HelperFlags } from '../commands/helper.ts';
import { helperPlan } from '../helper/helper-spec.ts';
import { policyOf } from '../doors/privileged.ts';
import { printable, printableLines } from '../output/printable.ts';
import type { Session } from '../session.ts';
import { install, remove } from '../units/apply-plan.ts';
import { sayFiles, sayRemoved, unitsDocument } from './units.ts';

export const policy: Action<object> = async (session) => {
  const { configuration } = await session.runtime();
  const proposed = policyOf(configuration, { user: ownName(), engine: await resticPath(session) });
  if (session.json) return session.document('helper-policy', { ...proposed });
  session.say(JSON.stringify(proposed.policy, null, 2));
  for (const note of proposed.notes) session.notice(note);
};

/** The daemon of the system has a user of its own. */
const ownName = (): string => (process.getuid?.() === 0 ? 'umbra' : userInfo().username);

/** The one that is used now; root may write another one into the policy. */
async function resticPath(session: Session): Promise<string> {
  const { configuration, repositories } = await session.runtime();
  const [repository] = [...configuration.repositories.values()].filter(({ backend }) => backend === 'restic');
  try {
    if (repository !== undefined) return (await (await repositories.backend(repository)).engine()).program;
  } catch {
    // What keeps it from being asked is told by umbra doctor.
  }
  return '/usr/bin/restic';
}

export const installHelper: Action<HelperFlags> = async (session, _args, flags) => {
  const plan = helperPlan(session, flags);
  const print = flags.print === true;
  if (!print && process.getuid?.() !== 0)
    throw new UmbraError('usage.invalid', 'only root installs a program with more rights', {
      hint: 'Look at it with --print, then run it with sudo.',
    });
  if (!print) await install(plan);
  if (session.json) return session.document('units', unitsDocument(plan, !print));
  sayFiles(session, plan, print);
  if (print) for (const words of plan.enable) session.say(`$ ${printable(words.join(' '))}`);
  for (const note of plan.notes) session.notice(note);
  session.notice(
    print ? 'Nothing was written.' : 'It is started when somebody asks. See it with `umbra helper status`.',
  );
};

export const uninstallHelper: Action<HelperFlags> = async (session, _args, flags) => {
  const removed = await remove(helperPlan(session, flags, true));
  if (session.json) return session.document('units-removed', { removed });
  sayRemoved(session, removed);
};

interface RoleStatus {
  readonly role: PrivilegedRole;
  readonly facts: PrivilegedFacts | null;
  readonly problem: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
}

/** A role that is not installed is no failure as long as one answers. */
export const status: Action<object> = async (session) => {
  // What is wrong with the configuration is no answer of a role.
  const { privileged } = await session.runtime();
  const roles = await Promise.all(privilegedRoles.map((role) => askRole(session, privileged, role)));
  const answers = roles.some(({ facts }) => facts !== null);
  if (session.json) session.document('helper', { roles: roles.map(roleDocument) });
  for (const each of roles) sayRole(session, each);
  return answers ? exitCodes.done : exitCodes.noHelper;
};

async function askRole(session: Session, privileged: PrivilegedBridge, role: PrivilegedRole): Promise<RoleStatus> {
  try {
    return { role, facts: await privileged.facts(role, session.interrupt.signal), problem: null };
  } catch (thrown) {
    const { code, message, hint } = toUmbraError(thrown);
    return { role, facts: null, problem: { code, message, hint: hint ?? null } };
  }
}

const roleDocument = ({ role, facts, problem }: RoleStatus) => ({
  role,
  version: facts?.version ?? null,
  allowed: facts?.allowed ?? [],
  warnings: facts?.warnings ?? [],
  problem,
});

function sayRole(session: Session, { role, facts, problem }: RoleStatus): void {
  const { signs } = session;
  const { style } = session.stdout;
  if (facts === null) {
    session.say(`${style.red(signs.bad)} ${style.bold(role)}  ${printableLines(problem?.message ?? '')}`);
    return;
  }
  const allowed = facts.allowed.length === 0 ? 'nothing' : facts.allowed.map(printable).join(', ');
  session.say(`${style.green(signs.good)} ${style.bold(role)}  ${facts.version}, allows ${allowed}`);
  for (const warning of facts.warnings) session.say(`  ${style.yellow(signs.attention)} ${printable(warning)}`);
}
