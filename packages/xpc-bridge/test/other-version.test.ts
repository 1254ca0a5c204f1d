import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@umbracore/contracts';
import { FakeProcessTable } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { BridgedEngine } from '../src/client/bridged-engine.ts';
import { createPrivilegedBridge } from '../src/client/privileged-bridge.ts';
import { writeNote } from '../src/client/start-note.ts';
import { encodeFrame } from '../src/protocol/frame.ts';
import { protocolVersion } from '../src/protocol/requests.ts';

/** Of which each sleep is over at once. */
class QuickClock implements Clock {
  slept = 0;

  now(): number {
    return this.slept;
  }

  monotonicMs(): number {
    return this.slept;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    this.slept += ms;
  }

  every(): Disposable {
    return { [Symbol.dispose]: () => undefined };
  }
}

/** A program of before, that says who it is, and nothing more. */
async function earlier() {
  const dir = mkdtempSync(join(tmpdir(), 'umbra-earlier-'));
  const greeting = { protocol: protocolVersion - 1, version: '0.0.1', nonce: '0'.repeat(64), proof: '', groups: [] };
  const server = createServer((socket) => void socket.on('error', () => undefined).write(encodeFrame(greeting)));
  await new Promise<void>((resolve) => server.listen(join(dir, 'backup.sock'), resolve));
  const processTable = new FakeProcessTable();
  return {
    dir,
    processTable,
    clock: new QuickClock(),
    engine: processTable.start(7),
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
      rmSync(dir, { recursive: true });
    },
  };
}

test('whether an engine lives is not said where the program is of another version', async () => {
  await using there = await earlier();
  const { dir, clock, processTable, engine } = there;
  const spool = join(dir, 'spool');
  writeNote(spool, { id: '1'.repeat(32), role: 'backup', bootId: engine.bootId, engine });
  const bridge = createPrivilegedBridge({ socketDir: dir, clock, processTable });
  await expect(bridge.find(spool)).rejects.toMatchObject({
    code: 'bridge.refused',
    message: expect.stringContaining('0.0.1 speaks another version'),
  });
});

test('an engine at work while the program becomes one of another version is waited for', async () => {
  await using there = await earlier();
  const { dir, clock, processTable, engine } = there;
  const socket = join(dir, 'backup.sock');
  const bridged = new BridgedEngine({ id: '1'.repeat(32), socket, engine, ended: false, clock, processTable });
  const end = new AbortController();
  const following = bridged.follow({}, end.signal);
  following.catch(() => undefined);
  await expect.poll(() => clock.slept).toBeGreaterThan(120_000);
  end.abort(new Error('enough'));
  await expect(following).rejects.toThrow('enough');
});
