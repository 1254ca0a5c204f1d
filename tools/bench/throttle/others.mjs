import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { median } from '../statistics.mjs';

/** The kernel counts in these, whatever its own clock does. */
const tickMs = 10;
/** So much of the processors others may have had of a machine that counts as idle. */
const most = 0.04;
const fewest = 3;

/** The cost of a piece of work, with `others`: the share of all processors that somebody else had meanwhile. */
export async function besideOthers(work) {
  const before = busyMs();
  const cost = await work();
  return { ...cost, others: Math.max(0, busyMs() - before - cost.cpuMs) / (cost.wallMs * availableParallelism()) };
}

/**
 * Only rounds in which nobody else was at work, of a contest that is about that; where there are too few, those in which others had
 * least. Gives the costs again, and a sentence on how idle the machine was.
 */
export function undisturbed(costs) {
  const rounds = costs[0].map((_, round) => ({ round, others: Math.max(...costs.map((all) => all[round].others)) }));
  const sorted = rounds.toSorted((one, other) => one.others - other.others);
  const calm = sorted.filter(({ others }) => others <= most);
  const taken = calm.length >= fewest ? calm : sorted.slice(0, fewest);
  const share = Math.round(median(taken.map(({ others }) => others)) * 100);
  return {
    costs: costs.map((all) => taken.map(({ round }) => all[round])),
    told: `${taken.length} of ${rounds.length} rounds, in which others had ${share} % of the processors`,
  };
}

/** User, system and interrupts, on all processors. */
function busyMs() {
  const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'latin1')
    .split('\n')[0]
    .split(/ +/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) * tickMs;
}
