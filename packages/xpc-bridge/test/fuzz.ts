import { encodeFrame } from '../src/protocol/frame.ts';
import { Stranger, type Stage } from './stage.ts';

/** Numbers that are the same for the same seed. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = (below: number) => number;

const pick = <T>(random: Random, from: readonly [T, ...T[]]): T => from[random(from.length)] ?? from[0];

const texts = [
  '',
  '/',
  '../..',
  '/etc/shadow',
  '-rf',
  '$(id)',
  '`id`',
  'a\0b',
  '__proto__',
  'documents',
  'home',
  'x'.repeat(5000),
] as const;

const verbs = [
  'backup',
  'restore',
  'look',
  'create-snapshot',
  'mount',
  'kill',
  'interrupt',
  'exec',
  'run',
  'hello',
] as const;

/** A value that might stand where another one should. */
function anyValue(random: Random, depth = 0): unknown {
  const kinds = depth > 2 ? 5 : 7;
  switch (random(kinds)) {
    case 0:
      return pick(random, texts);
    case 1:
      return pick(random, [0, -1, 1.5, 1e308, 2 ** 53]);
    case 2:
      return pick(random, [true, false, null]);
    case 3:
      return random(2 ** 31)
        .toString(16)
        .padStart(32, '0');
    case 4:
      return [];
    case 5:
      return Array.from({ length: random(4) }, () => anyValue(random, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: random(4) }, () => [pick(random, texts), anyValue(random, depth + 1)]),
      );
  }
}

const spec = {
  sources: ['/root'],
  excludes: [],
  excludeIfPresent: [],
  excludeCaches: false,
  oneFileSystem: false,
  tags: ['umbra-run:r-01JD3MABCDEFGH12', 'umbra-job:documents'],
  host: 'here',
  force: false,
  dryRun: false,
};

/** Something that is nearly a request of each kind. */
function nearly(random: Random, seq: number): unknown {
  const request: Record<string, unknown> = {
    seq,
    verb: pick(random, verbs),
    id: '0'.repeat(32),
    job: 'documents',
    repository: 'home',
    address: '0'.repeat(64),
    orphanPolicy: 'adopt',
    limits: {},
    spec: { ...spec },
  };
  for (let changes = random(4); changes >= 0; changes--) {
    const target = random(3) === 0 ? (request['spec'] as Record<string, unknown> | undefined) : request;
    const keys = Object.keys(target ?? {});
    const key = keys[random(Math.max(1, keys.length))] ?? 'extra';
    if (target === undefined || typeof target !== 'object') continue;
    if (random(4) === 0) delete target[key];
    else target[random(5) === 0 ? 'command' : key] = anyValue(random);
  }
  return request;
}

/** Bytes that are no request, or one that nobody may have. */
function bytesFrom(random: Random, seq: number): Buffer {
  switch (random(6)) {
    case 0: {
      const noise = Buffer.from(Array.from({ length: 1 + random(64) }, () => random(256)));
      return noise;
    }
    case 1: {
      const frame = encodeFrame(nearly(random, seq));
      for (let flips = 1 + random(3); flips > 0; flips--) {
        const at = random(frame.length);
        frame[at] = (frame[at] ?? 0) ^ (1 << random(8));
      }
      return frame;
    }
    case 2:
      return encodeFrame(anyValue(random));
    case 3: {
      const lengths = Buffer.alloc(4);
      lengths.writeUInt32BE(pick(random, [0, 256 * 1024 + 1, 0x7fffffff, 0xffffffff]));
      return lengths;
    }
    case 4:
      return encodeFrame(nearly(random, pick(random, [seq - 1, seq + 1, 0, 2 ** 40])));
    default:
      return encodeFrame(nearly(random, seq));
  }
}

/**
 * Sends so many messages of all kinds of wrong, half of them as somebody who is let in. Each connection ends by an error of its own or
 * by being left in the middle.
 */
export async function fuzz(stage: Stage, count: number, seed: number): Promise<void> {
  const random = randomFrom(seed);
  for (let sent = 0; sent < count;) {
    using stranger = await (random(2) === 0 ? Stranger.admitted(stage.socket) : Stranger.connect(stage.socket));
    const start = stranger.socket.bytesWritten === 0 ? 0 : 1;
    const frames = Array.from({ length: 1 + random(8) }, (_none, index) => bytesFrom(random, start + index));
    sent += frames.length;
    // All at once: whatever the first one comes to, the rest is in the way already.
    stranger.socket.write(Buffer.concat(frames));
    if (random(3) === 0) continue;
    stranger.socket.end();
    while ((await stranger.answer()) !== undefined);
  }
}
