import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { helperUnits, unitPlans, type HelperSpec } from '../src/units/index.ts';
import { unitMark, type UnitPlan, type UnitSpec } from '../src/units/unit-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'umbra-units-'));
afterAll(() => rmSync(folder, { recursive: true }));

const spec: UnitSpec = {
  role: 'daemon',
  scope: 'system',
  program: [process.execPath, '/opt/umbra core/umbra.js'],
  env: { UMBRA_CONFIG: '/etc/umbra/100 %.yaml', UMBRA_STATE_DIR: '/var/lib/umbra' },
  home: '/home/me',
  uid: 501,
  user: 'umbra',
  stateDir: '/var/lib/umbra',
  cacheDir: '/var/cache/umbra',
  writable: ['/mnt/back up'],
  readAll: false,
  throttles: false,
};
const variants = (['daemon', 'timer'] as const).flatMap((role) =>
  (['system', 'user'] as const).map((scope) => ({ ...spec, role, scope })),
);

const helperSpec: HelperSpec = {
  roles: ['backup', 'restore', 'volumes', 'mounts'],
  program: [process.execPath, '/opt/umbra core/umbra-helper.js'],
  policyFile: '/etc/umbra/helper.json',
  socketDir: '/run/umbra-helper',
  writable: ['/mnt/back up'],
  members: ['umbra'],
};

/** The units in a folder of their own, as systemd would find them. */
function written({ files }: UnitPlan): string[] {
  const units = files.filter(({ path }) => /\.(?:service|timer|socket)$/.test(path));
  return units.map(({ path, text }) => {
    writeFileSync(join(folder, basename(path)), text);
    return join(folder, basename(path));
  });
}

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe.skipIf(!hasSystemd)('what systemd says of its units (needs systemd-analyze)', () => {
  test.each(variants)('$scope $role: verified without a word', (variant) => {
    const units = written(unitPlans.systemd(variant));
    const scope = variant.scope === 'user' ? ['--user'] : [];
    const env = { ...process.env, XDG_RUNTIME_DIR: folder, HOME: folder };
    const { status, stdout, stderr } = spawnSync('systemd-analyze', [...scope, 'verify', ...units], {
      env,
      encoding: 'utf8',
    });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });

  const exposure = (variant: UnitSpec): number => exposureOf(written(unitPlans.systemd(variant))[0] ?? '');

  const exposureOf = (unit: string): number => {
    const report = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', unit]).toString();
    return Number(/exposure level for \S+: ([\d.]+)/.exec(report)?.[1]);
  };

  test('the daemon sees the id of the boot, by which it and calls of umbra know each other', () => {
    expect(written(unitPlans.systemd(spec))[0]).not.toContain('ProcSubset=');
  });

  test('engines have temporary files that are there when the service has stopped', () => {
    const unit = readFileSync(written(unitPlans.systemd({ ...spec, cacheDir: '/var/cache/umbra' }))[0] ?? '', 'utf8');
    expect(unit).toContain('PrivateTmp=yes');
    expect(unit).toMatch(/^Environment="?TMPDIR=\/var\/cache\/umbra"?$/mu);
  });

  test('the system service is exposed by 1.5 at most, and by a tenth more if its engines are to give way', () => {
    expect(exposure(spec)).toBeLessThanOrEqual(1.5);
    expect(exposure({ ...spec, throttles: true })).toBeLessThanOrEqual(1.6);
  });

  test('the calls by which an engine gives way are allowed after those for the privileged were not', () => {
    const [, backup = '', , restore = ''] = written(helperUnits.systemd(helperSpec));
    for (const unit of [written(unitPlans.systemd({ ...spec, throttles: true }))[0] ?? '', backup, restore]) {
      const filters = execFileSync('grep', ['^SystemCallFilter=', unit]).toString().trim().split('\n');
      expect(filters.at(-1), unit).toMatch(/[= ]ioprio_set sched_setaffinity/);
    }
  });

  test('the calls by which an engine looks through a snapshot, and gives that right away, are allowed for backups', () => {
    const [, backup = ''] = written(helperUnits.systemd({ ...helperSpec, roles: ['backup'] }));
    const filters = execFileSync('grep', ['^SystemCallFilter=', backup]).toString().trim().split('\n');
    expect(filters.at(-1)).toMatch(/=chroot capset /);
  });

  test('to read every file costs no more than a capability', () => {
    expect(exposure({ ...spec, readAll: true })).toBeLessThanOrEqual(1.9);
  });

  test('the privileged program: verified without a word', () => {
    const units = written(helperUnits.systemd(helperSpec));
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });

  test.each([
    ['backup', 2.1],
    ['restore', 2.4],
    ['volumes', 2.5],
    ['mounts', 1.9],
  ] as const)('the privileged program is exposed for %s by %d at most', (role, most) => {
    const [, unit = ''] = written(helperUnits.systemd({ ...helperSpec, roles: [role] }));
    expect(exposureOf(unit)).toBeLessThanOrEqual(most);
  });

  test('words with spaces, quotes and signs that systemd replaces come out as they were', () => {
    const odd = { ...spec, scope: 'user' as const, program: ['/bin/echo', 'a "b" %h $HOME \\', 'it’s; so'] };
    const [unit = ''] = written(unitPlans.systemd(odd));
    expect(execFileSync('grep', ['^ExecStart', unit]).toString()).toBe(
      String.raw`ExecStart=/bin/echo "a \"b\" %%h $$HOME \\" "it’s; so" daemon run` + '\n',
    );
  });
});

describe.each(Object.entries(unitPlans))('%s', (_format, planOf) => {
  test.each(variants)('$scope $role: every file carries our mark, and says what is run', (variant) => {
    const { files } = planOf(variant);
    expect(files.every(({ text }) => text.includes(unitMark))).toBe(true);
    const all = files.map(({ text }) => text).join('\n');
    expect(all).toContain(variant.role === 'daemon' ? 'daemon' : '--due');
    expect(all).toContain('--check');
    expect(all).toContain('umbra core/umbra.js');
  });
});

test.each(Object.entries(helperUnits))(
  '%s: every file of the privileged program carries its mark',
  (_format, planOf) => {
    const { files } = planOf(helperSpec);
    expect(files.length).toBeGreaterThan(1);
    expect(files.every(({ text }) => text.includes('umbra helper uninstall'))).toBe(true);
  },
);

test.skipIf(spawnSync('python3', ['--version']).status !== 0)('a property list is well formed (needs python3)', () => {
  const program = ['/a & b', '<c>"'];
  const [file] = unitPlans.launchd({ ...spec, program }).files;
  const path = join(folder, 'umbra.plist');
  const [helper] = helperUnits.launchd({ ...helperSpec, program }).files;
  writeFileSync(path, helper?.text ?? '');
  const socket =
    'import plistlib,sys;print(plistlib.load(open(sys.argv[1],"rb"))["Sockets"]["Listener"]["SockPathMode"])';
  expect(execFileSync('python3', ['-c', socket, path]).toString().trim()).toBe(String(0o660));
  writeFileSync(path, file?.text ?? '');
  const parse = 'import plistlib,sys;print(plistlib.load(open(sys.argv[1],"rb"))["ProgramArguments"][:2])';
  expect(execFileSync('python3', ['-c', parse, path]).toString().trim()).toBe(`['/a & b', '<c>"']`);
});

test('a service script for OpenRC is one that a shell can read', () => {
  const [file] = unitPlans.openrc({ ...spec, program: ['/bin/it’s', "o'clock"] }).files;
  const { status, stderr } = spawnSync('sh', ['-n'], { input: file?.text, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
