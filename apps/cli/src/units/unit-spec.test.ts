import { afterEach, expect, test, vi } from 'vitest';
import type { Session } from '../session.ts';
import { unitSpec, type UnitFlags } from './unit-spec.ts';

afterEach(() => void vi.restoreAllMocks());

const env = {
  PATH: '/opt/bin:/usr/bin',
  UMBRA_STATE_DIR: '/srv/state',
  UMBRA_RESTIC: '/opt/restic/restic',
  UMBRA_BORG: '/opt/borg/borg',
  UMBRA_NATIVE: 'off',
  UMBRA_HELPER_DIR: '/run/other-helper',
  UMBRA_SECRET_PASSPHRASE_FILE: '/etc/umbra/passphrase',
  RESTIC_PASSWORD: 'not for a file that everybody reads',
  EDITOR: 'vi',
};

function envOf(flags: UnitFlags, uid: number): Readonly<Record<string, string>> {
  vi.spyOn(process, 'getuid').mockReturnValue(uid);
  const configuration = { file: '/etc/umbra/umbra.yaml', repositories: new Map(), jobs: new Map() };
  return unitSpec({ env, home: '/home/me' } as unknown as Session, configuration, 'daemon', flags).env;
}

/** What decides which programs are started, and where they look. */
const decided = {
  UMBRA_RESTIC: '/opt/restic/restic',
  UMBRA_BORG: '/opt/borg/borg',
  UMBRA_NATIVE: 'off',
  UMBRA_HELPER_DIR: '/run/other-helper',
  UMBRA_SECRET_PASSPHRASE_FILE: '/etc/umbra/passphrase',
  UMBRA_CONFIG: '/etc/umbra/umbra.yaml',
  UMBRA_STATE_DIR: '/srv/state',
};

test('a unit of a user has the programs and places of the call that installs it', () => {
  expect(envOf({ user: true }, 1000)).toEqual({ ...decided, PATH: '/opt/bin:/usr/bin' });
});

test('a unit of the system has the same, but for the PATH of whoever installs it', () => {
  expect(envOf({ system: true }, 0)).toEqual({ ...decided, UMBRA_CACHE_DIR: '/var/cache/umbra' });
});
