import type { Configuration } from '@umbracore/contracts';

/** What is taken from a configuration only when the daemon starts, as it is named there. */
const parts: Readonly<Record<string, (configuration: Configuration) => unknown>> = {
  'daemon.socket': ({ daemon }) => daemon.socket,
  'daemon.listen': ({ daemon }) => daemon.listen,
  plugins: ({ plugins }) => plugins,
  restores: ({ restores }) => restores,
};

/** The parts of a configuration that are in force only after a restart, since they were others when the daemon started. */
export function restartNeeded(started: Configuration, now: Configuration): readonly string[] {
  const isOther = (of: (configuration: Configuration) => unknown): boolean =>
    JSON.stringify(of(started)) !== JSON.stringify(of(now));
  return Object.entries(parts)
    .filter(([, of]) => isOther(of))
    .map(([name]) => name);
}
