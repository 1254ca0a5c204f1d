/** @typedef {import('../soak/slope.mjs').Slope} Slope */
/** @typedef {{ minutes: number, jobs: number, warmUpMinutes: number, runs: Readonly<Record<string, number>>, asked: number, bad: Readonly<Record<string, number>>, slopes: Readonly<Record<string, Slope>>, most: Readonly<Record<string, number>>, problems: readonly string[], commit?: string, date: string, environment: string }} SoakResult */

const names = {
  resident: 'memory of the process',
  heap: 'heap',
  descriptors: 'open descriptors',
  journal: 'journal',
  logs: 'logs',
  spools: 'spools',
  catalog: 'catalog',
};

/**
 * What an hour of work does to a daemon.
 *
 * @param {SoakResult | undefined} soak
 */
export function soakSection(soak) {
  if (soak === undefined) return [];
  const { minutes, jobs, warmUpMinutes, slopes, most, problems, commit = '', date, environment } = soak;
  return [
    '## A daemon under load',
    '',
    '`npm run soak` gives a daemon jobs that are due three times an hour, has people, pages and monitors ask it, and reloads its',
    'configuration every two minutes. Growth is that of a line through the least of each stretch of time, within the limits between',
    'which it lies with 95 % confidence. Nothing is counted before each job ran and the daemon forgets its oldest events: until then',
    'it fills what it keeps anyway, and that would look like a leak.',
    '',
    `- ${minutes} minutes with ${number(jobs)} jobs, growth from minute ${Math.ceil(warmUpMinutes)} on${commit && `, at ${commit}`}, ${date}, ${environment}.`,
    `- Runs: ${listed(soak.runs)}. Questions: ${number(soak.asked)}, badly answered: ${listed(soak.bad) || 'none'}.`,
    `- ${problems.length === 0 ? 'Nothing grows, and everything keeps its budget.' : `**${problems.join('; ')}.**`}`,
    '',
    '| | growth in an hour | between | at most |',
    '| --- | --: | --: | --: |',
    ...Object.entries(names).map(([key, name]) => {
      const { perHour, low, high } = slopes[key] ?? {};
      const growth =
        perHour === undefined ? ' | ' : `${sized(key, perHour)} | ${sized(key, low)} and ${sized(key, high)}`;
      return `| ${name} | ${growth} | ${most[key] === undefined ? '' : sized(key, most[key])} |`;
    }),
    '',
  ];
}

const number = (value) => value.toLocaleString('en');

const listed = (counts) =>
  Object.entries(counts)
    .map(([name, count]) => `${number(count)} ${name}`)
    .join(', ');

function sized(key, value) {
  if (key === 'descriptors') return value.toFixed(1);
  const kib = value / 1024;
  return Math.abs(kib) < 1024 ? `${kib.toFixed(0)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
