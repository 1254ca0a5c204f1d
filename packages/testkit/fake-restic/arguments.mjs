// Options that take their value from the next argument if it does not follow a `=`. Unknown options are taken as switches.
const valued = new Set([
  '-r',
  '--repo',
  '-p',
  '--password-file',
  '--password-command',
  '--cache-dir',
  '-H',
  '--host',
  '--tag',
  '--parent',
  '--files-from-raw',
  '--compression',
  '--exclude',
  '--group-by',
  '--repository-version',
]);
const longNames = { '-r': '--repo', '-p': '--password-file', '-H': '--host', '-q': '--quiet', '-n': '--dry-run' };

/** Options by long name with all their values, and the other words. Behind `--` everything is a word. */
export function readArguments(args) {
  const options = new Map();
  const words = [];
  const add = (name, value) => {
    const long = longNames[name] ?? name;
    options.set(long, [...(options.get(long) ?? []), value]);
  };
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === '--') return { options, words: [...words, ...args.slice(index + 1)] };
    const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(arg) ?? [];
    if (name !== undefined) add(name, value);
    else if (!arg.startsWith('-')) words.push(arg);
    else if (valued.has(arg)) add(arg, args[(index += 1)]);
    else add(arg, '');
  }
  return { options, words };
}
