import type { Action } from '../command.ts';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';

export const snapshot: Action<object> = async (session, [volume = '', id = '']) => {
  const { privileged } = await session.runtime();
  tell(session, (await privileged.createSnapshot(volume, id, session.interrupt.signal)).path);
};

export const release: Action<object> = async (session, [volume = '', id = '']) => {
  const { privileged } = await session.runtime();
  await privileged.releaseSnapshot(volume, id, session.interrupt.signal);
  tell(session, null);
};

export const mount: Action<object> = async (session, [location = '']) => {
  const { privileged } = await session.runtime();
  tell(session, (await privileged.mount(location, session.interrupt.signal)).path);
};

export const unmount: Action<object> = async (session, [location = '']) => {
  const { privileged } = await session.runtime();
  await privileged.unmount(location, session.interrupt.signal);
  tell(session, null);
};

/** Where the files are now, if they are anywhere: what a script goes on with. */
function tell(session: Session, path: string | null): void {
  if (session.json) session.document('helper-volume', { path });
  else if (path !== null) session.say(printable(path));
}
