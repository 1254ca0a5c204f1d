import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Compares two trees entry by entry and byte by byte, without any code of the product. What cannot be read in the source cannot have
 * been saved: it is counted, and no difference.
 */
export function differences(source, copy) {
  const problems = [];
  const counts = { files: 0, links: 0, unread: 0 };

  function visit(a, b) {
    const original = lstatSync(a);
    const content = contentOf(a, original);
    if (content === undefined) return counts.unread++;
    const restored = lstatSync(b, { throwIfNoEntry: false });
    if (restored === undefined) return problems.push(`${a} was not restored`);
    if (original.isDirectory()) {
      const extra = restored.isDirectory() ? readdirSync(b).filter((name) => !content.has(name)) : [];
      for (const name of extra) problems.push(`${join(b, name)} was not in the source`);
      for (const name of content) visit(join(a, name), join(b, name));
    } else if (original.isSymbolicLink()) {
      counts.links++;
      if (!restored.isSymbolicLink() || readlinkSync(b) !== content) problems.push(`${a} points elsewhere`);
    } else if (original.isFile()) {
      counts.files++;
      if (!restored.isFile() || !readFileSync(b).equals(content)) problems.push(`${a} has other content`);
    }
  }

  visit(source, copy);
  return { ...counts, problems };
}

/** Names, target or bytes; undefined if it may not be read. */
function contentOf(path, entry) {
  try {
    if (entry.isDirectory()) return new Set(readdirSync(path));
    if (entry.isSymbolicLink()) return readlinkSync(path);
    return entry.isFile() ? readFileSync(path) : null;
  } catch (error) {
    if (error.code !== 'EACCES') throw error;
    return undefined;
  }
}
