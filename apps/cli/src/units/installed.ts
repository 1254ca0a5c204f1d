import { existsSync } from 'node:fs';
import { unitPlans } from '../doors/units.ts';
import type { Session } from '../session.ts';
import { isInstalled } from './apply-plan.ts';
import { unitFormat, unitSpec } from './unit-spec.ts';

/** The command by which this system starts the daemon that was installed; undefined if none was, or nobody is there to. */
export async function installedStart(session: Session): Promise<readonly string[] | undefined> {
  const format = unitFormat(undefined);
  if (format === 'systemd' && !existsSync('/run/systemd/system')) return undefined;
  const plan = unitPlans[format](
    unitSpec(session, { file: undefined, repositories: new Map(), jobs: new Map() }, 'daemon', {}),
  );
  return (await isInstalled(plan)) ? plan.start : undefined;
}
