import { timetables } from '@umbracore/scheduler';
import { comparison, single, takeTurns } from './rounds.mjs';
import { croner, scheduleJobs, takeDays, timers, umbra } from './schedule/contestants.mjs';
import { burst, cpuMs, loadCost } from './schedule/measure.mjs';

const many = 1_000_000;
/** A million of the others' jobs would take minutes and gigabytes: they load fewer, and what is shown is per job. */
const few = 500;
const atOnce = 5000;
const seconds = 3;

const others = [croner, scheduleJobs, timers];
const idsOf = (count) => Array.from({ length: count }, (_, n) => `job-${n}`);

/** Jobs of which no two have the same schedule, so that none profits from another. */
function unlikeCost(count) {
  const zones = Intl.supportedValuesOf('timeZone').slice(0, Math.ceil(count / 1440));
  const from = Date.now();
  const timetable = timetables.create('bench');
  for (let n = 0; n < count; n += 1) {
    const at = { hour: Math.floor((n % 1440) / 60), minute: n % 60 };
    const zone = zones[Math.floor(n / 1440)];
    timetable.set(`job-${n}`, [{ recurrence: { type: 'daily', at }, zone, text: '' }], from);
  }
  const cpu = cpuMs();
  const { jobs } = takeDays(timetable, from + 60_000, 5);
  return { requeueUs: ((cpuMs() - cpu) * 1000) / jobs };
}

async function bursts() {
  const ids = idsOf(atOnce);
  const costs = [];
  // One after the other: they would be late because of each other.
  for (const contestant of [umbra, ...others]) costs.push([await burst(contestant, ids, seconds)]);
  return costs;
}

export const bench = {
  title: 'A million schedules in one process',
  ours: 'umbra',
  yardstick: 'the other',
  rounds: 3,
  async run({ rounds, note }) {
    note(`the others load ${few} jobs, figures are per job; ${atOnce} jobs are due at each of ${seconds} seconds`);
    const [mine, theirs] = [idsOf(many), idsOf(few)];
    const work = (contestant) => ({
      work: () => loadCost(contestant, contestant === umbra ? mine : theirs),
    });
    const [ours, ...theirCosts] = await takeTurns([work(umbra), ...others.map(work)], { rounds });
    const [unlike] = await takeTurns([{ work: () => unlikeCost(50_000) }], { rounds });
    const [ourBurst, ...theirBursts] = await bursts();
    const pick = (costs, key) => costs.map((one) => one[key]);
    // The goal is ours alone: once is enough.
    const beside = (label, mine, all, { value, ...options }) =>
      others.map(({ name }, index) => {
        const goal = index === 0 ? { value } : undefined;
        return comparison(`${label}; ${name}`, [mine, all[index]], { ...options, goal });
      });
    return [
      single('a million loaded', pick(ours, 'wallMs'), { goal: { value: 3000 } }),
      single('the worst minute of an even million', pick(ours, 'worstMs'), { goal: { value: 20 } }),
      single('next and requeue, no two alike, CPU', pick(unlike, 'requeueUs'), { unit: 'µs', goal: { value: 1 } }),
      ...beside('next and requeue, CPU', ours, theirCosts, { cost: 'requeueUs', unit: 'µs', value: 1 }),
      ...beside('loading a job, CPU', ours, theirCosts, { cost: 'loadUs', unit: 'µs', value: 3 }),
      ...beside('bytes of a job', ours, theirCosts, { cost: 'bytes', unit: 'B', value: 64 }),
      ...beside('5,000 at once, p99 late', ourBurst, theirBursts, { cost: 'p99Ms', value: 10 }),
      ...beside('5,000 at once, not in time', ourBurst, theirBursts, { cost: 'missingPercent', unit: '%', value: 0 }),
    ];
  },
};
