/** What `restic find` does with a pattern, word by word as it is written there: slow, and surely the same. */
export function referenceMatch(pattern: string, path: string): boolean {
  const tidy = pattern.replace(/^!/, '').replace(/(.)\/+$/, '$1');
  return matchParts(partsOf(tidy), partsOf(path));
}

function partsOf(text: string): readonly string[] {
  const parts = text.split('/');
  return text.startsWith('/') ? ['/', ...parts.slice(1)] : parts;
}

function matchParts(parts: readonly string[], names: readonly string[]): boolean {
  const at = parts.indexOf('**');
  if (at !== -1) {
    for (let count = 0; count <= names.length - parts.length + 1; count += 1) {
      const stars = Array.from({ length: count }, () => '*');
      if (matchParts([...parts.slice(0, at), ...stars, ...parts.slice(at + 1)], names)) return true;
    }
    return false;
  }
  if (parts.length === 0 || parts.length > names.length) return parts.length === names.length;
  const most = parts[0] === '/' ? 0 : names.length - parts.length;
  const least = parts[0] !== '/' && names[0] === '/' ? 1 : 0;
  for (let offset = most; offset >= least; offset -= 1) {
    if (parts.every((part, index) => matchName(part, names[offset + index] ?? ''))) return true;
  }
  return false;
}

/** Only `*` and `?`. */
function matchName(part: string, name: string): boolean {
  if (part === '') return name === '';
  if (part.startsWith('*')) {
    return matchName(part.slice(1), name) || (name !== '' && name !== '/' && matchName(part, name.slice(1)));
  }
  return name !== '' && (part[0] === '?' || part[0] === name[0]) && matchName(part.slice(1), name.slice(1));
}
