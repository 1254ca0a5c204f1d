import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { Secret } from '@umbracore/contracts';
import { buildCommand } from '../src/command.ts';
import { knownFlags, knownVariables } from './known-flags.ts';
import { resticVersions } from './restic-versions.ts';
import { Bench } from './subject.ts';

const classified = Object.values(knownFlags).flat();

/** The help of a command and of all below it. */
function helpOf(program: string, ...command: readonly string[]): string {
  const help = execFileSync(program, ['help', ...command], { encoding: 'utf8' });
  const commands = [...help.matchAll(/^(?:Available|Advanced|Additional) (?:Commands|Options):\n((?: {2}.*\n)+)/gm)];
  const names = commands.flatMap(([, list = '']) =>
    [...list.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name),
  );
  return [help, ...names.filter((name) => name !== 'help').map((name) => helpOf(program, ...command, name))].join('\n');
}

describe.each(resticVersions)('restic $version', ({ program }) => {
  const help = helpOf(program);

  it('has no flag that nobody has looked at', () => {
    const flags = new Set([...help.matchAll(/^ +(?:-\w, )?--([a-z0-9-]+)/gm)].map(([, flag = '']) => flag));
    expect(flags.size).toBeGreaterThan(80);
    expect([...flags].filter((flag) => !classified.includes(flag))).toEqual([]);
  });

  it('reads no variable that nobody has looked at', () => {
    const variables = new Set(help.match(/\bRESTIC_[A-Z_]+/g));
    expect([...variables].filter((name) => !Object.values(knownVariables).flat().includes(name))).toEqual([]);
  });
});

test('a flag is of one nature', () => {
  expect(new Set(classified).size).toBe(classified.length);
});

test('no source sends a flag that is not for sending', () => {
  const folder = join(import.meta.dirname, '..', 'src');
  const sources = globSync('**/*.ts', { cwd: folder }).filter((name) => !name.endsWith('.test.ts'));
  const written = sources.flatMap((name) =>
    [
      ...readFileSync(join(folder, name), 'utf8')
        .replaceAll(/\/\*\*.*\*\//g, '')
        .matchAll(/['`]--(?:\$\{prefix\})?([a-z][a-z-]*)(\$\{)?/g),
    ]
      .map(([, flag = '', isOpen]) => ({ name, flag, isOpen: isOpen !== undefined }))
      .filter(({ flag, isOpen }) => !knownFlags.sent.some((sent) => (isOpen ? sent.startsWith(flag) : sent === flag))),
  );
  expect(written).toEqual([]);
});

describe('a repository', () => {
  const build = (change: object, env: Readonly<Record<string, Secret>> = {}) => {
    using bench = new Bench('/bin/true');
    const repository = bench.repository('repository', change);
    return buildCommand('restic', { ...repository, env }, bench.host, { name: 'snapshots' });
  };

  it.each(knownVariables.reserved)('cannot set %s', (variable) => {
    expect(() => build({}, { [variable]: new Secret('x') })).toThrow(
      expect.objectContaining({ code: 'config.invalid-value' }),
    );
  });

  it.each(['RCLONE_RC', 'RCLONE_RC_ADDR', 'RCLONE_RCD_ADDR'])(
    'cannot have rclone listen at a port by %s',
    (variable) => {
      expect(() => build({}, { [variable]: new Secret('true') })).toThrow(
        expect.objectContaining({ code: 'config.invalid-value', hint: expect.stringContaining('port') }),
      );
    },
  );

  it('cannot have it listen by its arguments, and may give it others', () => {
    const args = (text: string) => build({ options: { 'rclone.args': text } }).args;
    for (const text of ['serve restic --stdio --rc', '--rc-addr=:5572', 'x --rcd']) {
      expect(() => args(text)).toThrow(expect.objectContaining({ code: 'config.invalid-value' }));
    }
    expect(args('serve restic --stdio --drive-rcx')).toContain('--option=rclone.args=serve restic --stdio --drive-rcx');
  });

  it.each(knownVariables.allowed)('may set %s', (variable) => {
    expect(build({}, { [variable]: new Secret('x') }).secretEnv).toHaveProperty(variable);
  });

  it.each([...knownFlags.executes, ...knownFlags.reads, ...knownFlags.unguards])('has no option %s', (flag) => {
    for (const key of [flag, `--${flag}`, `a.b=c --${flag}`]) {
      expect(() => build({ options: { [key]: 'x' } })).toThrow(
        expect.objectContaining({ code: 'config.invalid-value' }),
      );
    }
  });
});
