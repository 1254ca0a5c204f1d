import type { Action } from '../command.ts';
import { tieToSignals } from '../run/under-way.ts';

export const action: Action<object> = async (session) => {
  const runtime = await session.runtime();
  using _tied = tieToSignals(runtime, session.interrupt);
  await runtime.coordinator.recover({ wait: true });
};
