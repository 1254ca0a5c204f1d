import { readFileSync, readdirSync, statSync, lstatSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Failure, Repository, randomId } from './repository.mjs';

const version = '0.19.1';

/** What the fake can do by itself. Each command prints what restic 0.19.1 prints under `--json` and gives its exit code. */
export const commands = {
  version: ({ out }) => {
    out({ message_type: 'version', version, go_version: 'go1.26.4', go_os: 'linux', go_arch: 'amd64' });
    return 0;
  },

  init: (call) => {
    const repository = repositoryOf(call);
    const { id } = repository.create(passwordOf(call));
    call.out({ message_type: 'initialized', id, repository: repository.location });
    return 0;
  },

  cat: (call) => {
    const { repository, config } = opened(call);
    const [what, wanted] = call.words;
    if (what === 'config') call.text(JSON.stringify(config, null, 2));
    else if (what === 'lock') call.text(JSON.stringify(lockOf(repository, wanted), null, 2));
    else throw new Failure(1, `Fatal: the fake cannot cat ${what}`);
    return 0;
  },

  list: (call) => {
    const { repository } = opened(call);
    if (call.words[0] !== 'locks') throw new Failure(1, `Fatal: the fake cannot list ${call.words[0]}`);
    for (const { id } of repository.locks()) call.text(id);
    return 0;
  },

  unlock: (call) => {
    opened(call);
    return 0;
  },

  snapshots: (call) => {
    const { repository } = opened(call);
    call.out(chosen(repository, call).map(({ snapshot }) => snapshot));
    return 0;
  },

  ls: (call) => {
    const { repository } = opened(call);
    const { snapshot, nodes } = oneSnapshot(repository, call.words[0]);
    call.out({ ...snapshot, message_type: 'snapshot', struct_type: 'snapshot' });
    for (const node of nodes) call.out({ ...node, message_type: 'node', struct_type: 'node' });
    return 0;
  },

  forget: (call) => {
    const { repository } = opened(call);
    for (const wanted of call.words) {
      const found = repository.snapshots().find(({ snapshot }) => snapshot.id.startsWith(wanted));
      if (found) repository.forget(found.snapshot.id);
      else call.err(`Ignoring "${wanted}": no matching ID found for prefix "${wanted}"`);
    }
    return 0;
  },

  backup: async (call) => {
    const { repository } = opened(call);
    const sources = sourcesOf(call);
    if (sources.length === 0) throw new Failure(1, 'Fatal: nothing to backup, please specify source files/dirs');
    const time = iso(call.now());
    const pid = process.pid;
    const release = repository.lock({ time, exclusive: false, hostname: hostname(), username: user(), pid });
    call.onExit(release);
    try {
      await call.pause();
      return backUp(call, repository, { sources, time });
    } finally {
      release();
    }
  },
};

function backUp(call, repository, { sources, time }) {
  const present = sources.filter((source) => isPresent(source));
  for (const source of sources) if (!present.includes(source)) call.err(`${source} does not exist, skipping`);
  if (present.length === 0) throw new Failure(1, 'Fatal: all source directories/files do not exist');
  const nodes = present.flatMap((source) => [...parentsOf(source), ...nodesBelow(source)]);
  const host = call.options.get('--host')?.[0] ?? hostname();
  const parent = repository.snapshots().findLast(({ snapshot }) => isSameGroup(snapshot, host, present));
  const counts = countsOf(nodes, parent?.nodes ?? []);
  const tags = (call.options.get('--tag') ?? []).flatMap((tag) => tag.split(','));
  const [id, end] = [randomId(), iso(call.now())];
  const snapshot = {
    time,
    ...(parent && { parent: parent.snapshot.id }),
    tree: randomId(),
    paths: present,
    hostname: host,
    username: user(),
    ...ids(),
    ...(tags.length > 0 && { tags }),
    program_version: `restic ${version}`,
    summary: { backup_start: time, backup_end: end, ...counts },
    id,
    short_id: id.slice(0, 8),
  };
  const isDry = call.options.has('--dry-run');
  if (!isDry) repository.keep({ snapshot, nodes });
  const { total_files_processed: files, total_bytes_processed: bytes } = counts;
  call.out({ message_type: 'status', percent_done: 1, total_files: files, total_bytes: bytes, bytes_done: bytes });
  const total_duration = (Date.parse(end) - Date.parse(time)) / 1000;
  const ends = { total_duration, backup_start: time, backup_end: end, snapshot_id: id };
  call.out({ message_type: 'summary', ...counts, ...ends, ...(isDry && { dry_run: true }) });
  if (present.length < sources.length) throw new Failure(3, 'Warning: at least one source file could not be read');
  return 0;
}

function repositoryOf({ options, env }) {
  const location = options.get('--repo')?.[0] ?? env.RESTIC_REPOSITORY;
  if (!location) {
    throw new Failure(1, 'Fatal: Please specify repository location (-r or --repository-file)');
  }
  return new Repository(location);
}

function passwordOf({ options, env }) {
  if (options.has('--insecure-no-password')) return '';
  const file = options.get('--password-file')?.[0] ?? env.RESTIC_PASSWORD_FILE;
  const password = file === undefined ? env.RESTIC_PASSWORD : readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
  if (!password) throw new Failure(1, 'Fatal: an empty password is not allowed by default');
  return password;
}

function opened(call) {
  const repository = repositoryOf(call);
  return { repository, config: repository.open(passwordOf(call)) };
}

function chosen(repository, { options, words }) {
  const tags = options.get('--tag')?.map((list) => list.split(','));
  const host = options.get('--host')?.[0];
  return repository
    .snapshots()
    .filter(
      ({ snapshot }) =>
        (words.length === 0 || words.some((word) => snapshot.id.startsWith(word))) &&
        (tags === undefined || tags.some((all) => all.every((tag) => snapshot.tags?.includes(tag)))) &&
        (host === undefined || snapshot.hostname === host),
    );
}

function oneSnapshot(repository, wanted) {
  const all = repository.snapshots();
  const found = wanted === 'latest' ? all.at(-1) : all.find(({ snapshot }) => snapshot.id.startsWith(wanted));
  if (!found) throw new Failure(1, `no matching ID found for prefix "${wanted}"`);
  return found;
}

function lockOf(repository, wanted) {
  const found = repository.locks().find(({ id }) => id.startsWith(wanted));
  if (!found) throw new Failure(1, `Fatal: no matching ID found for prefix "${wanted}"`);
  return found.lock;
}

function sourcesOf({ options, words }) {
  const lists = (options.get('--files-from-raw') ?? []).map((file) => readFileSync(file, 'utf8'));
  return [...words, ...lists.flatMap((list) => list.split('\0').filter((path) => path !== ''))];
}

const isPresent = (path) => statSync(path, { throwIfNoEntry: false }) !== undefined;
const isSameGroup = (snapshot, host, paths) =>
  snapshot.hostname === host && snapshot.paths.join('\0') === paths.join('\0');
const iso = (instant) => new Date(instant).toISOString();
const user = () => userInfo().username;

/** restic leaves out what is zero, as root's ids are. */
const ids = () => {
  const { uid, gid } = userInfo();
  return { ...(uid > 0 && { uid }), ...(gid > 0 && { gid }) };
};

function parentsOf(path) {
  const parent = dirname(path);
  return parent === path || parent === '/' ? [] : [...parentsOf(parent), nodeOf(parent)];
}

function nodesBelow(path) {
  const node = nodeOf(path);
  if (node.type !== 'dir') return [node];
  return [
    node,
    ...readdirSync(path)
      .sort()
      .flatMap((name) => nodesBelow(join(path, name))),
  ];
}

function nodeOf(path) {
  const facts = lstatSync(path);
  const type = facts.isDirectory() ? 'dir' : facts.isSymbolicLink() ? 'symlink' : 'file';
  return {
    name: basename(path),
    type,
    path,
    uid: facts.uid,
    gid: facts.gid,
    ...(type === 'file' && facts.size > 0 && { size: facts.size }),
    mode: (facts.mode & 0o777) + (type === 'dir' ? 2 ** 31 : type === 'symlink' ? 2 ** 27 : 0),
    permissions: `${type === 'dir' ? 'd' : '-'}rwxr-xr-x`,
    mtime: facts.mtime.toISOString(),
    atime: facts.atime.toISOString(),
    ctime: facts.ctime.toISOString(),
    inode: facts.ino,
  };
}

function countsOf(nodes, before) {
  const known = new Map(before.map((node) => [node.path, node]));
  const count = (type, wanted) =>
    nodes.filter((node) => (node.type === 'dir') === (type === 'dir') && stateOf(node, known) === wanted).length;
  const files = nodes.filter(({ type }) => type !== 'dir');
  const added = files.filter((node) => stateOf(node, known) !== 'unmodified');
  const bytes = (some) => some.reduce((sum, { size = 0 }) => sum + size, 0);
  return {
    files_new: count('file', 'new'),
    files_changed: count('file', 'changed'),
    files_unmodified: count('file', 'unmodified'),
    dirs_new: count('dir', 'new'),
    dirs_changed: count('dir', 'changed'),
    dirs_unmodified: count('dir', 'unmodified'),
    data_blobs: added.length,
    tree_blobs: nodes.length - files.length,
    data_added: bytes(added),
    data_added_packed: bytes(added),
    total_files_processed: files.length,
    total_bytes_processed: bytes(files),
  };
}

function stateOf(node, known) {
  const before = known.get(node.path);
  if (!before) return 'new';
  return before.mtime === node.mtime && before.size === node.size ? 'unmodified' : 'changed';
}
