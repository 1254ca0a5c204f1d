import { jobTag } from '@umbracore/contracts';
import type { KitCommand } from './commands.ts';
import type { KitEngine } from './engine.ts';
import { fetched, placeVariables } from './environment.ts';
import type { KitFacts, KitSeries } from './facts.ts';
import { folderFor, folderOf, isOnSeveralHosts } from './series.ts';
import { Script } from './shell.ts';

/** How a repository of borg is restored with borg alone. */
export const borgKit: KitEngine = {
  program: 'borg',
  passwordVariable: 'BORG_PASSPHRASE',
  commands,
  howToGet,
  restoreText,
  pathText: 'without a slash in front',
};

function commands(facts: KitFacts): readonly KitCommand[] {
  const [example] = facts.series;
  const file = example?.file ?? null;
  const list = new Script().run('borg', 'list');
  if (example !== undefined) chosen(list, example, facts).run('borg', 'list', '"::$ARCHIVE"');

  const restore = new Script();
  for (const [index, series] of facts.series.entries()) {
    const target = restore.word('TARGET', `./restored/${folderFor(series, index, facts)}`);
    chosen(restore, series, facts)
      .run(`mkdir -p ${target}`)
      .run(`(cd ${target} &&`, 'borg', 'extract', '"::$ARCHIVE")');
  }

  const wanted = inArchive(folderOf(file) ?? example?.newest.paths[0] ?? '/path/of/a/folder');
  const one = chosen(new Script(), example, facts).set('WANTED', wanted).run('mkdir -p ./restored-path');
  one.run('(cd ./restored-path &&', 'borg', 'extract', '"::$ARCHIVE"', '"pp:$WANTED")');

  const dump = chosen(new Script(), example, facts).set(
    'FILE',
    file === null ? `${wanted}/name-of-a-file` : inArchive(file),
  );
  dump.run('borg', 'extract', '--stdout', '"::$ARCHIVE"', '"pp:$FILE"', '> ./restored-file');

  const check = new Script().run('borg', 'check').run('borg', 'check', '--verify-data');
  return [
    { purpose: 'set-up', lines: environment(facts).lines },
    { purpose: 'list', lines: list.lines },
    { purpose: 'restore', lines: restore.lines },
    { purpose: 'restore-path', lines: one.lines },
    { purpose: 'dump', lines: dump.lines },
    {
      purpose: 'mount',
      lines: new Script().run('mkdir -p ./mounted').run('borg', 'mount', '-f', '::', './mounted').lines,
    },
    { purpose: 'check', lines: check.lines },
    { purpose: 'key', lines: new Script().run('borg', 'key', 'export', '::', './key-of-the-repository').lines },
  ];
}

/** borg keeps paths without what makes them absolute. */
const inArchive = (path: string): string => path.replace(/^\/+/, '');

function environment(facts: KitFacts): Script {
  const { place, password } = facts;
  const script = new Script().set('BORG_REPO', place.location);
  const names = ['BORG_REPO'];
  if (password.value !== null) script.set('BORG_PASSPHRASE', password.value);
  else if (password.from !== null) fetched(script, 'BORG_PASSPHRASE', password.from);
  if (password.value !== null || password.from !== null) names.push('BORG_PASSPHRASE');
  names.push(...placeVariables(script, facts));
  // It may lie somewhere else now, which borg would ask about.
  script.set('BORG_RELOCATED_REPO_ACCESS_IS_OK', 'yes');
  for (const name of [...names, 'BORG_RELOCATED_REPO_ACCESS_IS_OK']) script.run('export', name);
  return script;
}

/** Sets ARCHIVE to the name of the newest archive of a series, today and later. */
function chosen(script: Script, series: KitSeries | undefined, { series: all }: KitFacts): Script {
  if (series === undefined) return script.run('ARCHIVE=$(borg list', '--last 1', "--format '{archive}{NL}')");
  if (series.job === null) {
    // Nothing but its id tells such an archive from the others.
    const id = script.word('ID', series.newest.id.slice(0, 16));
    return script.run("ARCHIVE=$(borg list --format '{id}{TAB}{archive}{NL}'", `| grep "^"${id}`, '| cut -f 2)');
  }
  const tag = script.word('TAG', JSON.stringify(jobTag(series.job)));
  const host = isOnSeveralHosts(series, all)
    ? [`| grep -F ${script.word('SAVED_ON', `"host":${JSON.stringify(series.host)}`)}`]
    : [];
  const every = "ARCHIVE=$(borg list --format '{archive}{TAB}{comment}{NL}'";
  return script.run(every, `| grep -F ${tag}`, ...host, '| tail -n 1', '| cut -f 1)');
}

function howToGet({ engine }: KitFacts): string {
  return (
    `${engine.name} ${engine.version} worked on this repository when this page was made; newer versions 1.x read it too. borg is ` +
    'free software (BSD 3-clause licence). Its home is borgbackup.org, its source and its programs for Linux, macOS and FreeBSD ' +
    'are at github.com/borgbackup/borg under "Releases", and nearly every distribution has a package of the name borgbackup ' +
    'or borg. Check with: borg --version'
  );
}

function restoreText({ series }: KitFacts): string {
  const many = series.length > 1 ? 'The newest archive of each of the kinds in section 1' : 'The newest archive';
  return (
    `${many}, into new folders below ./restored, with full paths. Nothing is overwritten elsewhere. For an older one set ARCHIVE ` +
    'to its name, as section 6 lists it:'
  );
}
