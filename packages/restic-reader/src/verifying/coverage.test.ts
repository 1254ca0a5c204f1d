import { describe, expect, it } from 'vitest';
import { coverageOf } from './coverage.ts';
import { nothingRemembered, type KnownPack } from './remembered.ts';

const day = 86_400_000;
const now = 20_000 * day;
const pack = (bytes: number, readAt: number | undefined): KnownPack => ({ bytes, readAt, changedAt: 1, knownSince: 1 });

describe('how much of a repository was read', () => {
  it('is nothing of nothing', () => {
    expect(coverageOf(nothingRemembered, day, now)).toEqual({
      soundAt: null,
      packs: 0,
      bytes: 0,
      unreadBytes: 0,
      withinMs: day,
      freshBytes: 0,
      oldestAt: null,
      outlook: null,
    });
  });

  it('counts bytes by when they were read; what was read in the future was not read', () => {
    const packs = new Map([
      ['young', pack(1, now)],
      ['just', pack(10, now - 30 * day)],
      ['old', pack(100, now - 31 * day)],
      ['never', pack(1000, undefined)],
      ['ahead', pack(10_000, now + day)],
    ]);
    expect(coverageOf({ ...nothingRemembered, packs, soundAt: now }, 30 * day, now)).toMatchObject({
      soundAt: now,
      packs: 5,
      bytes: 11_111,
      unreadBytes: 11_000,
      freshBytes: 11,
      oldestAt: now - 31 * day,
    });
  });
});
