import type { Action } from '../command.ts';
import type { SimulateFlags } from '../commands/simulate.ts';
import { checkedConfiguration } from '../config/checked-configuration.ts';
import { forecast } from '../doors/history.ts';
import { endAfterDays } from '../schedule/days.ts';
import { simulationDocument } from '../simulate/simulation-document.ts';
import { saySimulation } from '../simulate/show-simulation.ts';

const defaultDays = 7;

export const action: Action<SimulateFlags> = async (session, _args, flags) => {
  const history = await session.history();
  await checkedConfiguration(session);
  const { from = session.now(), days = defaultDays, seed } = flags;
  const known = await forecast(history, { from, until: endAfterDays(from, days), seed });
  if (session.json) return session.document('simulation', simulationDocument(known, seed));
  saySimulation(session, known, seed);
};
