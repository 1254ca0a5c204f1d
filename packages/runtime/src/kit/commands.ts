import { jobTag, type SecretReference } from '@umbracore/contracts';
import { verbatimPattern } from '@umbracore/restic-adapter';
import type { KitFacts, KitSeries } from './facts.ts';
import { quoted, Script } from './shell.ts';

export type KitPurpose = 'set-up' | 'list' | 'restore' | 'restore-path' | 'dump' | 'mount' | 'check';

/** What to type into a POSIX shell for one purpose. All but the set-up itself come after it, in the same shell. */
export interface KitCommand {
  readonly purpose: KitPurpose;
  readonly lines: readonly string[];
}

/** The commands of a kit: nothing in them but the shell and restic. */
export function kitCommands(facts: KitFacts): readonly KitCommand[] {
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

const isOnSeveralHosts = (series: KitSeries, all: readonly KitSeries[]): boolean =>
  all.some(({ job, host }) => job === series.job && host !== series.host);

function folderFor(series: KitSeries, index: number, { series: all }: KitFacts): string {
  if (series.job === null) return `snapshots-${index + 1}`;
  return isOnSeveralHosts(series, all) ? `${series.job}-${index + 1}` : series.job;
}

const folderOf = (file: string | null): string | undefined => file?.replace(/\/[^/]*$/, '') || undefined;

/** Sets what restic needs, and gives the options that each call needs besides. */
function environment(script: Script, { place, password }: KitFacts): readonly string[] {
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
  for (const { name, from } of place.variables.filter((variable) => isName(variable.name))) {
    fetched(script, name, from);
    names.push(name);
  }
  for (const name of names) script.run('export', name);
  return optionWords(script, place);
}

function optionWords(script: Script, { options, certificates }: KitFacts['place']): readonly string[] {
  const words = options.map((option, index) => `-o ${script.word(`OPTION_${index + 1}`, option)}`);
  return certificates === null ? words : [...words, `--cacert ${script.word('CERTIFICATES', certificates)}`];
}

/** What a shell can call a variable. */
const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

const targetOf = ({ target }: SecretReference): string => (typeof target === 'string' ? target : target.join(' '));

/** Sets a variable to a value that is kept elsewhere. */
function fetched(script: Script, name: string, from: SecretReference | null): void {
  const words = from === null ? [] : [from.target].flat();
  const [first = ''] = words;
  if (from?.scheme === 'file') {
    script.set('KEPT_IN', targetOf(from)).run(`${name}=$(cat "$KEPT_IN")`);
  } else if (from?.scheme === 'env' && isName(first)) {
    if (first !== name) script.run(`${name}=$${first}`);
  } else if (from?.scheme === 'command' && words.length > 0) {
    const command = words.map((word, index) => script.word(`WORD_${index + 1}`, word));
    script.run(`${name}=$(`, ...command, ')');
  } else {
    script.run(`${name}=${quoted('put its value here')}`);
  }
}
