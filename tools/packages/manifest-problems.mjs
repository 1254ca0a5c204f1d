const scripts = ['preinstall', 'install', 'postinstall', 'prepublish', 'prepare'];

/** What is wrong with the package.json of a package that strangers install; `justified` are the libraries with a reason. */
export function manifestProblems({ manifest }, justified) {
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
  const problems = Object.keys(manifest.scripts ?? {})
    .filter((name) => scripts.includes(name))
    .map((name) => `runs "${name}" on the machine of whoever installs it`);
  for (const [name, range] of Object.entries(dependencies)) {
    if (name.startsWith('@umbracore/')) {
      if (range !== `^${manifest.version}`) problems.push(`wants ${name} ${range} and not ^${manifest.version}`);
    } else if (!/^\d+\.\d+\.\d+$/.test(range)) problems.push(`wants ${name} ${range}, which is no exact version`);
  }
  const others = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
  for (const name of others.filter((other) => !other.startsWith('@umbracore/') && !justified.includes(other))) {
    problems.push(`depends on ${name}, and docs/decisions/0007-library-choices.md does not say why`);
  }
  for (const name of Object.keys(peerDependencies)) {
    if (peerDependenciesMeta[name]?.optional !== true) problems.push(`wants ${name} also of those who do not need it`);
  }
  return problems;
}

/** The libraries in the table of the decision. */
export const justifiedLibraries = (decision) =>
  decision
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .flatMap((line) =>
      line
        .split('|')[1]
        .split(',')
        .map((name) => name.trim()),
    );
