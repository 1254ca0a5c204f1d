import type { CommandDefinition } from '../command.ts';
import { borg } from './borg.ts';
import { browse } from './browse.ts';
import { cancel } from './cancel.ts';
import { catalog } from './catalog.ts';
import { chain } from './chain.ts';
import { complete, completion } from './completion.ts';
import { config } from './config.ts';
import { daemon } from './daemon.ts';
import { diff } from './diff.ts';
import { doctor } from './doctor.ts';
import { dump } from './dump.ts';
import { explain } from './explain.ts';
import { find } from './find.ts';
import { forget } from './forget.ts';
import { growth } from './growth.ts';
import { help } from './help.ts';
import { helper } from './helper.ts';
import { history } from './history.ts';
import { init } from './init.ts';
import { job } from './job.ts';
import { logs } from './logs.ts';
import { ls } from './ls.ts';
import { notify } from './notify.ts';
import { pin, unpin } from './pin.ts';
import { plugin } from './plugin.ts';
import { repo } from './repo.ts';
import { restic } from './restic.ts';
import { restore } from './restore.ts';
import { run } from './run.ts';
import { schedule } from './schedule.ts';
import { secret } from './secret.ts';
import { show } from './show.ts';
import { simulate } from './simulate.ts';
import { snapshots } from './snapshots.ts';
import { status } from './status.ts';
import { throttle } from './throttle.ts';
import { verify } from './verify.ts';
import { version } from './version.ts';

/** All commands, in the order of the help. */
export const commands: readonly CommandDefinition[] = [
  init,
  completion,
  help,
  version,
  run,
  status,
  history,
  show,
  logs,
  explain,
  cancel,
  throttle,
  snapshots,
  ls,
  browse,
  find,
  diff,
  growth,
  restore,
  dump,
  verify,
  forget,
  pin,
  unpin,
  doctor,
  job,
  repo,
  catalog,
  chain,
  schedule,
  notify,
  secret,
  simulate,
  daemon,
  helper,
  config,
  plugin,
  restic,
  borg,
  complete,
];
