import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Compares two trees entry by entry and byte by byte, without any code of the product. */
export function differences(source, copy) {
  const problems = [];
  let compared = 0;

  function visit(a, b) {
    const original = lstatSync(a);
    const restored = lstatSync(b, { throwIfNoEntry: false });
    if (restored === undefined) return problems.push(`${a} was not restored`);
    if (original.isDirectory()) {
      const extra = restored.isDirectory() ? readdirSync(b).filter((name) => !names(a).has(name)) : [];
      for (const name of extra) problems.push(`${join(b, name)} was not in the source`);
      for (const name of names(a)) visit(join(a, name), join(b, name));
    } else if (original.isSymbolicLink()) {
      if (!restored.isSymbolicLink() || readlinkSync(a) !== readlinkSync(b)) problems.push(`${a} points elsewhere`);
    } else if (original.isFile()) {
      compared++;
      if (!restored.isFile() || !readFileSync(a).equals(readFileSync(b))) problems.push(`${a} has other content`);
    }
  }

  visit(source, copy);
  return { compared, problems };
}

const names = (folder) => new Set(readdirSync(folder));
