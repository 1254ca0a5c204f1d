// Ways to have many jobs start on time in one process. Each can `load` a number of jobs that are due once a day and
// `requeue` some of them, and `start` a number of jobs that are due at every full second. What they return, `drop` and
// `stop`, ends it.
import { calendar, timetables } from '@umbracore/scheduler';
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import nodeSchedule from 'node-schedule';

const zone = 'Europe/Berlin';
const minutesOfDay = 24 * 60;
const minuteMs = 60_000;

const hourOf = (n) => Math.floor((n % minutesOfDay) / 60);
const dailyCron = (n) => `${n % 60} ${hourOf(n)} * * *`;
const dailyPhrase = (n) => `daily at ${hourOf(n)}:${String(n % 60).padStart(2, '0')}`;
const everySecond = '* * * * * *';

/** Takes what is due as the minutes of some days go by, and gives the number of jobs and the longest minute. */
export function takeDays(timetable, from, days) {
  const minutes = { jobs: 0, worstMs: 0 };
  for (let now = from; now < from + days * minutesOfDay * minuteMs; now += minuteMs) {
    const startedAt = performance.now();
    minutes.jobs += timetable.take(now).length;
    minutes.worstMs = Math.max(minutes.worstMs, performance.now() - startedAt);
  }
  return minutes;
}

/** Does something with some jobs: a hundred tell as much as all. */
function each(jobs, act) {
  const some = jobs.slice(0, 100);
  for (const job of some) act(job);
  return { jobs: some.length };
}

export const umbra = {
  name: 'umbra',
  load(ids) {
    const from = Date.now();
    const timetable = timetables.create('bench');
    for (const [n, id] of ids.entries()) timetable.set(id, [calendar.parse(dailyPhrase(n), zone)], from);
    return { requeue: () => takeDays(timetable, from + minuteMs, 1), drop() {} };
  },
  start(ids, fire) {
    const timetable = timetables.create('bench');
    const schedule = { recurrence: { type: 'interval', everyMs: 1000 }, zone, text: 'every second' };
    for (const id of ids) timetable.set(id, [schedule], Date.now());
    let timer;
    const wait = () => (timer = setTimeout(takeDue, Math.max(0, timetable.nextAt() - Date.now())));
    const takeDue = () => {
      for (const id of timetable.take(Date.now())) fire(id);
      wait();
    };
    wait();
    return { stop: () => clearTimeout(timer) };
  },
};

export const croner = {
  name: 'croner 11',
  load(ids) {
    const jobs = ids.map((_, n) => new Cron(dailyCron(n), { timezone: zone }, () => {}));
    // The library asks for twice as much when it arms its timer again, but has no way to do that alone.
    const requeue = () => each(jobs, (job) => job.nextRun());
    return { requeue, drop: () => jobs.forEach((job) => job.stop()) };
  },
  start(ids, fire) {
    const jobs = ids.map((id) => new Cron(everySecond, { timezone: zone }, () => fire(id)));
    return { stop: () => jobs.forEach((job) => job.stop()) };
  },
};

export const scheduleJobs = {
  name: 'node-schedule 2',
  load(ids) {
    const jobs = ids.map((_, n) => nodeSchedule.scheduleJob({ rule: dailyCron(n), tz: zone }, () => {}));
    const requeue = () => each(jobs, (job) => job.cancelNext());
    return { requeue, drop: () => jobs.forEach((job) => job.cancel()) };
  },
  start(ids, fire) {
    const jobs = ids.map((id) => nodeSchedule.scheduleJob({ rule: everySecond, tz: zone }, () => fire(id)));
    return { stop: () => jobs.forEach((job) => job.cancel()) };
  },
};

/** Reads the expression again for each run, as programs do that have one timer a job. */
function timerJob(cron, run) {
  const job = { cron, timer: undefined };
  job.arm = () => {
    clearTimeout(job.timer);
    const next = CronExpressionParser.parse(job.cron, { tz: zone }).next().getTime();
    const wake = () => {
      job.arm();
      run();
    };
    job.timer = setTimeout(wake, Math.max(0, next - Date.now()));
  };
  job.arm();
  return job;
}

export const timers = {
  name: 'a timer each',
  load(ids) {
    const jobs = ids.map((_, n) => timerJob(dailyCron(n), () => {}));
    const requeue = () => each(jobs, (job) => job.arm());
    return { requeue, drop: () => jobs.forEach((job) => clearTimeout(job.timer)) };
  },
  start(ids, fire) {
    const jobs = ids.map((id) => timerJob(everySecond, () => fire(id)));
    return { stop: () => jobs.forEach((job) => clearTimeout(job.timer)) };
  },
};
