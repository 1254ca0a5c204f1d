// Years of a thousand jobs through the real dispatcher and the real calendar, on virtual time, with runs that only take time:
// `npm run simulate-years -- 10 [SEED]`. The same seed gives the same years.
import { stderr, stdout } from 'node:process';
import { simulateYears } from '../packages/coordinator-core/test/simulated-years.ts';
import { calendar, timetables } from '../packages/scheduler/src/index.ts';

const [years = '1', seed = '1'] = process.argv.slice(2);
const jobs = 1000;
const faults = 0.05;
const minute = 60_000;

/** None comes more often than the clock is ever set back by: slots would then be due once more. */
const phrases = [
  'every 8h',
  'daily at 02:30',
  'daily at 00:15',
  'daily at 23:50',
  'weekdays at 18:00',
  ...['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Wed,Sat', 'Mon,Thu'].map((days) => `weekly on ${days} at 03:00`),
  ...['1', '15', '31', 'last', 'last Fri'].map((on) => `monthly on ${on} at 01:30`),
  '30 1 1,15 * *',
  '15 3 * 6-9 1',
];
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
];

const schedules = Array.from({ length: jobs }, (_, index) => ({
  ...calendar.parse(phrases[index % phrases.length], zones[index % zones.length]),
  jitterMs: (index % 3) * (index % 40) * minute,
}));

const begun = performance.now();
const report = await simulateYears({
  years: Number(years),
  jobs,
  seed: Number(seed),
  faults,
  schedules,
  calendar,
  timetables,
  onDay: (day) => {
    if (day % 30 === 0) stderr.write(`\r${day} days, ${Math.round((performance.now() - begun) / 1000)} s `);
  },
});
stderr.write('\n');
stdout.write(`${years} years, ${jobs} jobs, ${faults * 100} % faults, seed ${seed}\n`);
for (const [name, count] of Object.entries(report)) stdout.write(`${name.padEnd(12)} ${Math.round(count)}\n`);
process.exitCode = report.lost + report.doubled + report.overlapping === 0 ? 0 : 1;
