import { connect } from 'node:net';
import type { Sensor } from '@umbracore/contracts';
import { addressOf, type Address } from '../conditions/address.ts';
import { refusal } from '../conditions/condition.ts';
import { durationOf } from '../conditions/duration-text.ts';
import type { Machine } from '../conditions/machine.ts';
import { above, plain, sensor, unknown } from './sensor.ts';

/** `latencyAbove: 300ms`: a connection to the server of a repository takes so long. Nothing is sent over it. */
export function latencyAboveSensor(machine: Machine): Sensor {
  return sensor(machine.clock, {
    kind: 'latencyAbove',
    freshMs: 15_000,
    parse(options) {
      const limit = durationOf(options);
      if (limit !== undefined && limit > 0) return limit;
      throw refusal('latencyAbove', 'is no length of time', 'write latencyAbove: 300ms');
    },
    async look(limit, { locations }, signal) {
      const servers = locations.flatMap((location) => serverOf(location) ?? []);
      if (servers.length === 0) return plain(false, 'no server of a repository is known to connect to');
      const slowest = Math.max(...(await Promise.all(servers.map((server) => roundTrip(server, machine, signal)))));
      if (slowest === Infinity) return unknown('the server of the repository does not answer');
      return above(slowest, limit, `${Math.round(slowest)} ms to the server of the repository`);
    },
  });
}

/** Where restic's `rest:`, `s3:` and `sftp:` lead to; undefined for what is on this machine, or found by other means. */
export function serverOf(location: string): Address | undefined {
  const [, scheme, rest = ''] = /^(rest|s3|sftp|swift):(.*)$/su.exec(location) ?? [];
  if (scheme === undefined) return undefined;
  if (rest.includes('://')) return addressOf(rest);
  if (scheme === 'sftp') {
    const [, host, port] = /^(?:\/\/)?(?:[^@/]*@)?([^:/]+)(?::(\d+))?/u.exec(rest) ?? [];
    return host === undefined ? undefined : { host, port: Number(port ?? 22) };
  }
  const host = rest.split('/')[0];
  return scheme === 's3' && host !== undefined && host.includes('.') ? { host, port: 443 } : undefined;
}

function roundTrip({ host, port }: Address, { clock }: Pick<Machine, 'clock'>, signal: AbortSignal): Promise<number> {
  const beganMs = clock.monotonicMs();
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    socket.on('connect', () => {
      resolve(clock.monotonicMs() - beganMs);
      socket.destroy();
    });
    socket.on('error', () => resolve(Infinity));
  });
}
