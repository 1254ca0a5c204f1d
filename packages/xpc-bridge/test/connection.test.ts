import { readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { encodeFrame } from '../src/protocol/frame.ts';
import { protocolVersion } from '../src/protocol/requests.ts';
import { fuzz } from './fuzz.ts';
import { Stage, Stranger, us } from './stage.ts';

const refused = (message: string) => ({ re: expect.any(Number), refused: { message } });

describe.skipIf(us !== 0)('a connection (needs root, whose the policy has to be)', () => {
  test('who shows who they are is let in, once, and their proof is gone', async () => {
    await using stage = await new Stage().open();
    using stranger = await Stranger.admitted(stage.socket);
    expect(readdirSync(stage.proofs)).toEqual([]);
    expect(await stranger.ask({ seq: 1, verb: 'facts' })).toMatchObject({ re: 1, ok: { role: 'backup', allowed: [] } });
    expect(stage.audit()).toEqual([]);
  });

  test.each([
    ['without a word of who asks', () => ({ seq: 0, verb: 'facts' }), 'nobody has said who asks'],
    [
      'without proof',
      (nonce: string) => ({ seq: 0, verb: 'hello', protocol: protocolVersion, nonce }),
      'there is no proof of who asks',
    ],
    [
      'with the number of another connection',
      () => ({ seq: 0, verb: 'hello', protocol: protocolVersion, nonce: '0'.repeat(64) }),
      'it answers another question',
    ],
    ['of another version', (nonce: string) => ({ seq: 0, verb: 'hello', protocol: 99, nonce }), 'it speaks version 99'],
    ['that is no request', () => ({ seq: 0, verb: 'exec', command: ['id'] }), 'it is no request'],
    [
      'with one thing more',
      (nonce: string) => ({ seq: 0, verb: 'hello', protocol: protocolVersion, nonce, uid: 0 }),
      'it is no request',
    ],
  ])('a message %s ends the connection', async (_what, message, why) => {
    await using stage = await new Stage().open();
    using stranger = await Stranger.connect(stage.socket);
    expect(await stranger.ask(message(stranger.greeting.nonce))).toEqual(refused(why));
    expect(await stranger.answer()).toBeUndefined();
    expect(stage.audit()).toMatchObject([{ event: 'refused', why }]);
  });

  test('a request that is sent twice is not answered twice', async () => {
    await using stage = await new Stage().open();
    using stranger = await Stranger.admitted(stage.socket);
    const frame = encodeFrame({ seq: 1, verb: 'facts' });
    expect(await stranger.send(Buffer.concat([frame, frame]))).toMatchObject({ re: 1, ok: {} });
    expect(await stranger.answer()).toMatchObject({ refused: { message: 'it is out of turn, or was sent twice' } });
    expect(await stranger.answer()).toBeUndefined();
  });

  test('a hello that was overheard is worth nothing on another connection', async () => {
    await using stage = await new Stage().open();
    using first = await Stranger.connect(stage.socket);
    using second = await Stranger.connect(stage.socket);
    const { nonce } = first.greeting;
    writeFileSync(second.greeting.proof, nonce);
    const hello = { seq: 0, verb: 'hello', protocol: protocolVersion };
    expect(await second.ask({ ...hello, nonce })).toEqual(refused('it answers another question'));
    using third = await Stranger.connect(stage.socket);
    writeFileSync(third.greeting.proof, nonce);
    expect(await third.ask({ ...hello, nonce: third.greeting.nonce })).toEqual(
      refused('there is no proof of who asks'),
    );
  });

  test('more than is allowed in one message is not waited for', async () => {
    await using stage = await new Stage().open();
    using stranger = await Stranger.admitted(stage.socket);
    expect(await stranger.send(Buffer.from([0x7f, 0xff, 0xff, 0xff]))).toEqual(
      refused('a message of 2147483647 bytes'),
    );
  });

  test('a flood of requests ends the connection, one of connections drops those that are too many', async () => {
    await using stage = await new Stage().open();
    using stranger = await Stranger.admitted(stage.socket);
    const frames = Array.from({ length: 1000 }, (_none, index) => encodeFrame({ seq: index + 1, verb: 'facts' }));
    stranger.socket.write(Buffer.concat(frames));
    let last: unknown;
    for (let answer = await stranger.answer(); answer !== undefined; answer = await stranger.answer()) last = answer;
    expect(last).toMatchObject({ refused: { message: 'too many requests' } });
    const many = Array.from({ length: 100 }, () => Stranger.connect(stage.socket).catch(() => undefined));
    const connected = (await Promise.all(many)).filter((each) => each !== undefined);
    expect(connected.length).toBeLessThanOrEqual(32);
    for (const each of connected) each[Symbol.dispose]();
    await vi.waitFor(async () => (await Stranger.admitted(stage.socket))[Symbol.dispose](), { timeout: 30_000 });
  });

  test('who says nothing is cut off, and it is written down', async () => {
    await using stage = await new Stage().open();
    using stranger = await Stranger.connect(stage.socket);
    stranger.socket.write(Buffer.from([0, 0]));
    expect(await stranger.answer()).toBeUndefined();
    expect(stage.audit()).toMatchObject([{ event: 'refused', why: 'it did not say who asks in time' }]);
  });

  test('who stops in the middle of a message and listens on is let go, and nothing is kept for them', async () => {
    await using stage = await new Stage().open();
    using stranger = await Stranger.admitted(stage.socket);
    const frame = encodeFrame({ seq: 1, verb: 'facts' });
    stranger.socket.end(frame.subarray(0, frame.length - 1));
    expect(await stranger.answer()).toBeUndefined();
    // Those that nobody closes would use up all that there are.
    for (let times = 0; times < 40; times++) {
      const half = await Stranger.admitted(stage.socket);
      half.socket.end();
      expect(await half.answer()).toBeUndefined();
    }
    using other = await Stranger.admitted(stage.socket);
    expect(await other.ask({ seq: 1, verb: 'facts' })).toMatchObject({ ok: { role: 'backup' } });
  });

  test('of thousands of wrong messages none is accepted, nothing is started, and it goes on', async () => {
    await using stage = await new Stage().open('backup', {
      repositories: { home: { location: '/nowhere', password: 'file:/nowhere' } },
      jobs: { documents: { repositories: ['home'], sources: ['/etc'] } },
    });
    await fuzz(stage, 2000, 28);
    expect(stage.audit().filter(({ event }) => event !== 'refused')).toEqual([]);
    expect(stage.started).toEqual([]);
    expect(readdirSync(stage.proofs)).toEqual([]);
    using stranger = await Stranger.admitted(stage.socket);
    expect(await stranger.ask({ seq: 1, verb: 'facts' })).toMatchObject({ ok: { allowed: ['documents'] } });
  });

  test('a role does nothing of another one', async () => {
    await using stage = await new Stage().open('restore', {
      locations: { disk: { device: '/dev/null', at: '/mnt', fileSystem: 'ext4' } },
    });
    using stranger = await Stranger.admitted(stage.socket);
    expect(await stranger.ask({ seq: 1, verb: 'mount', location: 'disk' })).toEqual(
      refused('This is not for the role restore'),
    );
    const look = { seq: 2, verb: 'look', job: 'a', repository: 'b', sources: [] };
    expect(await stranger.ask(look)).toEqual(refused('This is not for the role restore'));
    expect(stage.started).toEqual([]);
  });
});
