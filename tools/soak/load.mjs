import { utimesSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

const json = { 'content-type': 'application/json' };

/** The status of one question, with its answer read to the end. */
function ask(socketPath, path, method = 'GET') {
  return new Promise((resolve, reject) => {
    const asked = request(
      { socketPath, path, method, headers: method === 'GET' ? {} : json, agent: false },
      (answer) => {
        answer
          .resume()
          .on('end', () => resolve(answer.statusCode))
          .on('error', reject);
      },
    );
    asked.on('error', reject).end(method === 'GET' ? undefined : '{}');
  });
}

/** Whoever watches events goes after a while and comes again. */
function watch(socketPath, forMs) {
  const asked = request({ socketPath, path: '/v1/events', agent: false }, (answer) =>
    answer.resume().on('error', () => {}),
  );
  asked.on('error', () => {}).end();
  return wait(forMs).then(() => asked.destroy());
}

/** The id of the oldest event that the daemon still tells: whoever asks from the first on hears of a gap. */
function oldestEvent(socketPath) {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/v1/events?after=0', agent: false }, (answer) => {
      answer.setEncoding('utf8').once('data', (text) => {
        asked.destroy();
        resolve(JSON.parse(/^event: gap\ndata: (.*)$/m.exec(text)[1]).oldest);
      });
    });
    asked.on('error', reject).end();
  });
}

/** Resolves with true once the daemon keeps as many events as it ever will: it has begun to forget. */
async function eventsAreFull(socketPath, isOver) {
  const first = await oldestEvent(socketPath);
  while (!isOver()) {
    if ((await oldestEvent(socketPath)) > first) return true;
    await wait(10_000);
  }
  return false;
}

/**
 * What people, pages and monitors ask of a daemon all day, until `isOver`. Gives how much was asked, and what was answered badly.
 * Calls `onFull` once the daemon keeps as many events as it ever does.
 */
export async function load({ socketPath, config, isOver, onFull }) {
  let asked = 0;
  const bad = new Map();
  const question = async (path, method) => {
    const status = await ask(socketPath, path, method).catch((error) => error.code ?? String(error));
    asked += 1;
    if (status !== 200) bad.set(`${status} ${path}`, (bad.get(`${status} ${path}`) ?? 0) + 1);
  };
  const repeat = async (everyMs, work) => {
    while (!isOver()) {
      await work();
      await wait(everyMs);
    }
  };
  await Promise.all([
    repeat(1000, () => question('/v1/status')),
    repeat(2000, () => question('/v1/runs?limit=50')),
    repeat(3000, () => question('/v1/jobs/job-0')),
    repeat(15_000, () => question('/metrics')),
    repeat(120_000, async () => {
      utimesSync(config, new Date(), new Date());
      await question('/v1/reload', 'POST');
    }),
    repeat(100, () => watch(socketPath, 20_000)),
    repeat(100, () => watch(socketPath, 45_000)),
    eventsAreFull(socketPath, isOver).then((full) => full && onFull()),
  ]);
  return { asked, bad: Object.fromEntries(bad) };
}
