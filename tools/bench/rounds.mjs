import { summary } from './statistics.mjs';

/**
 * Lets contestants take turns, so that what else the machine does meets all of them alike. Each is
 * `{ before?, work }`; `work` resolves to its cost, such as `{ wallMs, cpuMs }`. Another one begins each round, and the
 * first rounds only warm up. Resolves to the costs of each contestant, round by round.
 */
export async function takeTurns(contestants, { rounds, warmUps = 1 }) {
  const costs = contestants.map(() => []);
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const place of contestants.keys()) {
      const index = (place + round + warmUps) % contestants.length;
      const { before, work } = contestants[index];
      await before?.();
      const cost = await work();
      if (round >= 0) costs[index].push(cost);
    }
  }
  return costs;
}

/**
 * One line of the table from the costs of two contestants. The goal is `{ ratio }` or `{ value }`, the largest that is good
 * enough; a line without one is for information.
 */
export function comparison(name, [ours, yardstick], { cost = 'wallMs', unit = 'ms', goal } = {}) {
  const pick = (costs) => costs.map((one) => one[cost]);
  const ratios = pick(ours).map((value, round) => value / pick(yardstick)[round]);
  const [mine, other] = [summary(pick(ours)), summary(pick(yardstick))];
  return {
    name,
    unit,
    ours: mine,
    yardstick: other,
    ratio: mine.median / other.median,
    // Pairs that ran side by side: their spread tells how much of a ratio is noise.
    ratioQuartiles: summary(ratios).quartiles,
    goal,
  };
}

/** A line without a yardstick. */
export const single = (name, sample, { unit = 'ms', goal } = {}) => ({ name, unit, ours: summary(sample), goal });

/** Repeats a piece of work inside this process and gives its cost, divided by how often it was done. */
export async function timed(work, { times = 1 } = {}) {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  await work();
  const wallMs = (performance.now() - wall) / times;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 / times };
}
