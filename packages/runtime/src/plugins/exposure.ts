import { UmbraError } from '@umbracore/contracts';
import { exposedPlace, type User } from '../who-may-change.ts';

/** A file or a folder above it that others may change, and with it what a plug-in does; undefined if there is none. */
export function exposureOf(file: string, user = thisUser()): string | undefined {
  const exposed = user === undefined ? undefined : exposedPlace(file, user);
  return exposed === undefined ? undefined : `${exposed.place} can be changed by ${exposed.who}`;
}

function thisUser(): User | undefined {
  const { getuid, getgid } = process;
  return getuid === undefined || getgid === undefined ? undefined : { uid: getuid(), gid: getgid() };
}

/** What is wrong with who may change a plug-in. For root it is refused: whoever may change it is root. */
export function refuseExposed(use: string, file: string, user = thisUser()): string | undefined {
  const exposure = exposureOf(file, user);
  if (exposure === undefined || user?.uid !== 0) return exposure;
  throw new UmbraError('plugin.unsafe', `the plug-in ${use} would run as root, and ${exposure}`, {
    hint: 'Let nobody but root change the file and the folders above it.',
    context: { use, file },
  });
}
