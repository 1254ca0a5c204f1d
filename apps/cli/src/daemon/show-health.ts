import type { DaemonNote, StateAlarm } from '@umbracore/contracts';
import { tellAlarms } from '../output/alarms.ts';
import { countText } from '../output/count-jobs.ts';
import { printableLines } from '../output/printable.ts';
import { relativeTime } from '../output/times.ts';
import type { Session } from '../session.ts';

/** `umbra.health/1`, as far as it is shown. */
export interface HealthDocument {
  readonly ok: boolean;
  readonly version: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly state: { readonly folder: string; readonly alarms: readonly StateAlarm[] };
  readonly configuration: {
    readonly file: string | null;
    readonly jobs: number;
    readonly chains: number;
    readonly loadedAt: string;
    readonly restartNeeded: readonly string[];
    readonly refused: { readonly at: string; readonly error: { readonly message: string } } | null;
  };
  readonly nextRun: string | null;
}

export function showHealth(session: Session, health: HealthDocument, { socket }: DaemonNote): void {
  const { signs, stdout } = session;
  const { style } = stdout;
  const { configuration, nextRun } = health;
  const ago = (time: string): string => relativeTime(Date.parse(time), session.now());
  const sign = health.ok ? style.green(signs.good) : style.red(signs.bad);
  session.say(
    `${sign} ${style.bold('daemon')} ${health.version}, process ${health.pid}, started ${ago(health.startedAt)}`,
  );
  const jobs = countText(configuration);
  session.sayTable(
    [{ title: '' }, { title: '' }],
    [
      ['  configuration', `${configuration.file ?? signs.none}, ${jobs}, read ${ago(configuration.loadedAt)}`],
      ['  state', health.state.folder],
      ['  socket', socket],
      ['  next run', nextRun === null ? signs.none : ago(nextRun)],
    ],
  );
  if (configuration.restartNeeded.length > 0) {
    const names = configuration.restartNeeded.join(', ');
    session.say(`${style.yellow(signs.attention)} in force after a restart (umbra daemon restart): ${names}`);
  }
  if (configuration.refused !== null) {
    const when = ago(configuration.refused.at);
    session.say(`${style.red(signs.bad)} a newer configuration was refused ${when}; the last good one is in force:`);
    session.say(printableLines(configuration.refused.error.message));
  }
  tellAlarms(session, health.state.alarms);
}
