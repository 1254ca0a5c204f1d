import { connect } from 'node:net';
import type { ConditionKind } from '@umbracore/contracts';
import { addressOf, type Address } from './address.ts';
import { condition, textsOf, type Seen } from './condition.ts';
import type { Machine } from './machine.ts';

/** `reachable: nas:22`, a URL, or a list of them: each lets us connect. Nothing is sent. */
export function reachableCondition(machine: Pick<Machine, 'clock'>): ConditionKind {
  const hint = 'write host:port, https://host or ssh://host, or a list of them';
  return condition(machine.clock, {
    kind: 'reachable',
    deadlineMs: 5000,
    parse: (options) =>
      textsOf('reachable', options, hint, (text) => addressOf(text) !== undefined).flatMap(
        (text) => addressOf(text) ?? [],
      ),
    async look(addresses, signal) {
      const seen = await Promise.all(addresses.map((address) => answer(address, signal)));
      const silent = seen.filter(({ met }) => !met);
      return {
        met: silent.length === 0,
        text: (silent.length === 0 ? seen : silent).map(({ text }) => text).join(', '),
      };
    },
  });
}

function answer({ host, port }: Address, signal: AbortSignal): Promise<Seen> {
  return new Promise((resolve) => {
    const name = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const socket = connect({ host, port, signal });
    socket.on('connect', () => {
      socket.destroy();
      resolve({ met: true, text: `${name} answers` });
    });
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      resolve({
        met: false,
        text: `${name} ${(code === undefined ? undefined : reasons[code]) ?? `does not answer (${code})`}`,
      });
    });
  });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ENOTFOUND: 'is not known by name',
  EAI_AGAIN: 'is not known by name at the moment',
};
