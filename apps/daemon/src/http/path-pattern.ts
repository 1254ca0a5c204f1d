/** The path of a route, with a group for each of its parameters in braces. */
export function pathPattern(path: string): RegExp {
  const text = path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return new RegExp(`^${text}$`);
}

/** The parameters in a path; undefined if it is no path of this pattern, or is not encoded as it should be. */
export function paramsOf(pattern: RegExp, path: string): Readonly<Record<string, string>> | undefined {
  const match = pattern.exec(path);
  if (match === null) return undefined;
  try {
    const params = Object.entries(match.groups ?? {});
    return Object.fromEntries(params.map(([name, text]) => [name, decodeURIComponent(text)]));
  } catch {
    return undefined;
  }
}
