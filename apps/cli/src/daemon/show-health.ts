import type { DaemonNote, StateAlarm } from '@umbracore/contracts';
import { tellAlarms } from '../output/alarms.ts';
import { countText } from '../output/count-jobs.ts';
import { printable, printableLines } from '../output/printable.ts';
import { formatSize } from '../output/sizes.ts';
import { phaseWord } from '../progress/sentences.ts';
import { relativeTime } from '../output/times.ts';
import type { ProgressDocument } from '@umbracore/runtime/documents';
import type { Session } from '../session.ts';

/** `umbra.health/1`, as far as it is shown. */
export interface HealthDocument {
  readonly ok: boolean;
  readonly version: string;
  readonly pid: number;
  readonly startedAt: string;
  /** A daemon of an earlier version does not tell. */
  readonly residentBytes?: number;
  readonly state: { readonly folder: string; readonly alarms: readonly StateAlarm[] };
  readonly configuration: {
    readonly file: string | null;
    readonly jobs: number;
    readonly chains: number;
    readonly loadedAt: string;
    readonly inForce?: boolean;
    readonly restartNeeded: readonly string[];
    readonly refused: { readonly at: string; readonly error: { readonly message: string } } | null;
  };
  readonly runs?: readonly RunUnderWay[];
  readonly nextRun: string | null;
}

interface RunUnderWay {
  readonly run: string;
  readonly job: string;
  readonly repository: string | null;
  readonly startedAt: string | null;
  readonly phase: ProgressDocument['phase'] | null;
  readonly percentage: number | null;
}

export function showHealth(session: Session, health: HealthDocument, { socket }: DaemonNote): void {
  const { signs, stdout } = session;
  const { style } = stdout;
  const { configuration, nextRun, residentBytes } = health;
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
      ['', inForceText(configuration)],
      ['  state', health.state.folder],
      ['  socket', socket],
      ['  memory', residentBytes === undefined ? signs.none : formatSize(residentBytes)],
      ...runRows(session, health.runs ?? []),
      ['  next run', nextRun === null ? signs.none : ago(nextRun)],
    ],
  );
  tellConfiguration(session, configuration);
  tellAlarms(session, health.state.alarms);
}

/** Where what is on disk does not hold, it is told further below why. */
function inForceText({ inForce, refused, restartNeeded }: HealthDocument['configuration']): string {
  if (refused !== null) return 'not in force as it is on disk';
  if (inForce === false) return 'changed on disk since: in force within half a minute, or with umbra daemon reload';
  return restartNeeded.length > 0 ? 'in force but for what needs a restart' : 'in force as it is on disk';
}

function runRows(session: Session, runs: readonly RunUnderWay[]): readonly (readonly string[])[] {
  if (runs.length === 0) return [['  under way', 'nothing']];
  const { signs } = session;
  return runs.map(({ run, job, repository, phase, percentage, startedAt }, index) => {
    const where = repository === null ? '' : ` ${signs.arrow} ${repository}`;
    const share = percentage === null ? '' : ` ${Math.floor(percentage)} %`;
    const course = phase === null ? '' : `, ${phaseWord({ phase, percentage })}${share}`;
    const since = startedAt === null ? '' : `, started ${relativeTime(Date.parse(startedAt), session.now())}`;
    return [index === 0 ? '  under way' : '', printable(`${job}${where}${course}${since} (${run})`)];
  });
}

function tellConfiguration(session: Session, configuration: HealthDocument['configuration']): void {
  const { signs, stdout } = session;
  const { style } = stdout;
  const ago = (time: string): string => relativeTime(Date.parse(time), session.now());
  if (configuration.restartNeeded.length > 0) {
    const names = configuration.restartNeeded.join(', ');
    session.say(`${style.yellow(signs.attention)} in force after a restart (umbra daemon restart): ${names}`);
  }
  if (configuration.refused !== null) {
    const when = ago(configuration.refused.at);
    session.say(`${style.red(signs.bad)} a newer configuration was refused ${when}; the last good one is in force:`);
    session.say(printableLines(configuration.refused.error.message));
  }
}
