import { UmbraError } from '@umbracore/contracts';
import type { EngineExit, EngineProcess } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { followEngine } from './follow-engine.ts';

/** An engine that works until it is interrupted or told to end. */
function anEngine() {
  const interrupts: number[] = [];
  let end: (exit: EngineExit) => void = () => {};
  const ended = new Promise<EngineExit>((resolve) => (end = resolve));
  const engine: EngineProcess = {
    identity: () => undefined,
    isAtWork: () => true,
    async follow(reader, signal) {
      signal?.throwIfAborted();
      reader.stdout?.('hello');
      const lost = new Promise<never>((_, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason as Error)),
      );
      return await Promise.race([ended, lost]);
    },
    interrupt: async (graceMs) => {
      interrupts.push(graceMs);
      end({ code: 130, signal: undefined, lost: false });
    },
    kill: async () => {},
    pause: async () => false,
    resume: async () => {},
    adjust: async () => [],
  };
  return { engine, interrupts, end };
}

const aborted = (code: 'run.cancelled' | 'state.lease-lost'): AbortSignal =>
  AbortSignal.abort(new UmbraError(code, 'why'));

test('an engine is read to its end', async () => {
  const { engine, end, interrupts } = anEngine();
  const lines: string[] = [];
  const following = followEngine(engine, { stdout: (line) => lines.push(line) }, new AbortController().signal, 5);
  end({ code: 3, signal: undefined, lost: false });
  expect(await following).toEqual({ code: 3, signal: undefined, lost: false });
  expect({ lines, interrupts }).toEqual({ lines: ['hello'], interrupts: [] });
});

test.each(['before', 'while'])('one that is cancelled %s it is followed is interrupted once', async (when) => {
  const { engine, interrupts } = anEngine();
  const cancel = new AbortController();
  const signal = when === 'before' ? aborted('run.cancelled') : cancel.signal;
  const following = followEngine(engine, {}, signal, 5);
  cancel.abort(new UmbraError('run.cancelled', 'why'));
  await expect(following).rejects.toMatchObject({ code: 'run.cancelled' });
  expect(interrupts).toEqual([5]);
});

test('one that somebody else follows now is left alone', async () => {
  const { engine, interrupts } = anEngine();
  await expect(followEngine(engine, {}, aborted('state.lease-lost'), 5)).rejects.toMatchObject({
    code: 'state.lease-lost',
  });
  expect(interrupts).toEqual([]);
});

test('that an engine cannot be interrupted is no secret', async () => {
  const { engine, end } = anEngine();
  engine.interrupt = () => {
    end({ code: undefined, signal: 'SIGKILL', lost: false });
    return Promise.reject(new Error('no permission'));
  };
  await expect(followEngine(engine, {}, aborted('run.cancelled'), 5)).rejects.toThrow('no permission');
});
