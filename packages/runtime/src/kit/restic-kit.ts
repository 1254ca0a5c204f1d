import { jobTag } from '@umbracore/contracts';
import { verbatimPattern } from '@umbracore/restic-adapter';
import type { KitCommand } from './commands.ts';
import type { KitEngine } from './engine.ts';
import { fetched, placeVariables, targetOf } from './environment.ts';
import type { KitFacts, KitSeries } from './facts.ts';
import { folderFor, folderOf, isOnSeveralHosts } from './series.ts';
import { Script } from './shell.ts';

/** How a repository of restic is restored with restic alone. */
export const resticKit: KitEngine = {
  program: 'restic',
  passwordVariable: 'RESTIC_PASSWORD',
  commands,
  howToGet,
  restoreText,
  pathText: 'with a backslash before each of * ? [ ] \\ in it',
};

function commands(facts: KitFacts): readonly KitCommand[] {
  const setUp = new Script();
  const options = environment(setUp, facts);
  const restic = (script: Script, command: string, ...words: readonly string[]): Script =>
    script.run('restic', ...options, command, ...words);
  const example = facts.series[0];
  const { paths, file } = { paths: example?.newest.paths ?? [], file: example?.file ?? null };

  const list = restic(new Script(), 'snapshots');
  if (example !== undefined) restic(list, 'ls', ...chosen(list, example, facts));

  const restore = new Script();
  for (const [index, series] of facts.series.entries()) {
    const target = restore.word('TARGET', `./restored/${folderFor(series, index, facts)}`);
    restic(restore, 'restore', ...chosen(restore, series, facts), `--target ${target}`);
  }
  if (example === undefined) restic(restore, 'restore', 'latest', '--target ./restored');

  const wanted = folderOf(file) ?? paths[0] ?? '/path/of/a/folder';
  const one = new Script().set('WANTED', verbatimPattern(wanted));
  restic(one, 'restore', ...chosen(one, example, facts), '--target ./restored-path', '--include "$WANTED"');

  const dump = new Script().set('FILE', file ?? `${wanted}/name-of-a-file`);
  restic(dump, 'dump', ...chosen(dump, example, facts), '"$FILE"', '> ./restored-file');

  return [
    { purpose: 'set-up', lines: setUp.lines },
    { purpose: 'list', lines: list.lines },
    { purpose: 'restore', lines: restore.lines },
    { purpose: 'restore-path', lines: one.lines },
    { purpose: 'dump', lines: dump.lines },
    { purpose: 'mount', lines: restic(new Script().run('mkdir -p ./mounted'), 'mount', './mounted').lines },
    { purpose: 'check', lines: restic(restic(new Script(), 'check'), 'check', '--read-data').lines },
  ];
}

/** Words that name the newest snapshot of a series, today and later. */
function chosen(script: Script, series: KitSeries | undefined, { series: all }: KitFacts): readonly string[] {
  if (series === undefined) return ['latest'];
  // Nothing but its id tells such a snapshot from the others.
  if (series.job === null) return [series.newest.id.slice(0, 16)];
  const host = isOnSeveralHosts(series, all) ? [`--host ${script.word('SAVED_ON', series.host)}`] : [];
  return ['latest', `--tag ${script.word('TAG', jobTag(series.job))}`, ...host];
}

/** Sets what restic needs, and gives the options that each call needs besides. */
function environment(script: Script, facts: KitFacts): readonly string[] {
  const { place, password } = facts;
  script.set('RESTIC_REPOSITORY', place.location);
  const names = ['RESTIC_REPOSITORY'];
  if (password.value !== null) {
    script.set('RESTIC_PASSWORD', password.value);
    names.push('RESTIC_PASSWORD');
  } else if (password.from !== null) {
    const isFile = password.from.scheme === 'file';
    const name = isFile ? 'RESTIC_PASSWORD_FILE' : 'RESTIC_PASSWORD';
    if (isFile) script.set(name, targetOf(password.from));
    else fetched(script, name, password.from);
    names.push(name);
  }
  names.push(...placeVariables(script, facts));
  for (const name of names) script.run('export', name);
  return optionWords(script, place);
}

function optionWords(script: Script, { options, certificates }: KitFacts['place']): readonly string[] {
  const words = options.map((option, index) => `-o ${script.word(`OPTION_${index + 1}`, option)}`);
  return certificates === null ? words : [...words, `--cacert ${script.word('CERTIFICATES', certificates)}`];
}

function howToGet({ engine, format }: KitFacts): string {
  const oldest = format >= 2 ? ' It takes restic 0.14 or newer.' : '';
  return (
    `${engine.name} ${engine.version} worked on this repository when this page was made; newer versions read it too.${oldest} ` +
    'restic is free software (BSD 2-clause licence), one program without parts. Its home is restic.net, its source ' +
    'and its programs for Linux, macOS, Windows and the BSDs are at github.com/restic/restic under "Releases", and ' +
    'nearly every distribution has a package of the name restic. Check with: restic version'
  );
}

function restoreText({ series }: KitFacts): string {
  const many = series.length > 1 ? 'The newest snapshot of each of the kinds in section 1' : 'The newest snapshot';
  return (
    `${many}, into new folders below ./restored, with full paths. Nothing is overwritten elsewhere. For an older one ` +
    'put its id from section 6 in the place of "latest" and what chooses it. If the storage cannot be written, put ' +
    '--no-lock after restic:'
  );
}
