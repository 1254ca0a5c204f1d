import type { Configuration } from '@umbracore/contracts';
import type { Action } from '../command.ts';
import { checkedConfiguration } from '../config/checked-configuration.ts';
import { readConfiguration } from '../doors/configuration.ts';
import { unitPlans, type UnitPlan, type UnitRole } from '../doors/units.ts';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';
import { install, remove } from '../units/apply-plan.ts';
import { scopeOf, unitFormat, unitSpec, type UnitConfiguration, type UnitFlags } from '../units/unit-spec.ts';

export const installDaemon: Action<UnitFlags> = (session, _args, flags) => installRole(session, 'daemon', flags);
export const installTimer: Action<UnitFlags> = (session, _args, flags) => installRole(session, 'timer', flags);
export const uninstallDaemon: Action<UnitFlags> = (session, _args, flags) => removeRole(session, 'daemon', flags);
export const uninstallTimer: Action<UnitFlags> = (session, _args, flags) => removeRole(session, 'timer', flags);

/** What an installation would do. Files and commands are the same with any configuration, what is in the files is not. */
export function planOf(session: Session, role: UnitRole, flags: UnitFlags, configuration = nothing): UnitPlan {
  return unitPlans[unitFormat(flags.format)](unitSpec(session, configuration, role, flags));
}

/** A broken configuration must not keep anybody from removing what is installed. */
const nothing: UnitConfiguration = { file: undefined, repositories: new Map(), jobs: new Map() };

async function installRole(session: Session, role: UnitRole, flags: UnitFlags): Promise<void> {
  const plan = planOf(session, role, flags, await configurationFor(session, flags));
  const dryRun = flags.dryRun === true;
  if (!dryRun) await install(plan);
  if (session.json) return session.document('units', unitsDocument(plan, !dryRun));
  sayFiles(session, plan, dryRun);
  const commands = plan.enable.map((words) => words.join(' '));
  if (dryRun) for (const command of commands) session.say(`$ ${printable(command)}`);
  for (const note of plan.notes) session.notice(note);
  session.notice(dryRun ? 'Nothing was written.' : doneText(role));
}

/** Which files there are, and what is in those that would be. */
export function sayFiles(session: Session, { files }: Pick<UnitPlan, 'files'>, isShown: boolean): void {
  if (!isShown && session.verbosity < 0) return;
  for (const { path, text } of files) {
    session.say(session.stdout.style.bold(printable(path)));
    if (isShown) session.say(text);
  }
}

export function sayRemoved(session: Session, removed: readonly string[]): void {
  if (removed.length === 0) session.notice('Nothing of ours is installed here.');
  else if (session.verbosity >= 0) for (const path of removed) session.say(`removed ${printable(path)}`);
}

/**
 * One with which something can run. The service of the system runs as another user: root need not trust the plug-ins that it loads, and
 * loads none of them.
 */
async function configurationFor(session: Session, flags: UnitFlags): Promise<Configuration> {
  if (scopeOf(flags) === 'user') return await checkedConfiguration(session);
  const configuration = await readConfiguration(session.place());
  if (configuration.plugins.length === 0) return await checkedConfiguration(session);
  const { file = '' } = configuration;
  session.notice(
    `Plug-ins were not asked, for the service loads them, as umbra. Try it: sudo -u umbra umbra -c ${printable(file)} config check`,
  );
  return configuration;
}

export function unitsDocument({ files, enable, disable, start, notes }: UnitPlan, installed: boolean) {
  return { installed, files, enable, disable, start: start ?? null, notes };
}

const doneText = (role: UnitRole): string =>
  role === 'daemon'
    ? 'The daemon runs, and starts with the system. See it with `umbra daemon status`.'
    : 'What is due is started every few minutes from now on. See when with `umbra schedule preview`.';

async function removeRole(session: Session, role: UnitRole, flags: UnitFlags): Promise<void> {
  const removed = await remove(planOf(session, role, flags));
  if (session.json) return session.document('units-removed', { removed });
  sayRemoved(session, removed);
}
