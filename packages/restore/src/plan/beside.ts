/**
 * The name under which a restored file is put beside one that stays: `notes.restored.md`, so that what opens the one opens
 * the other; `notes.restored-2.md` as the second try, and so on.
 */
export function besideName(name: string, attempt: number): string {
  const mark = attempt === 1 ? '.restored' : `.restored-${attempt}`;
  // A dot at the begin hides a file; it begins no extension.
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${name.slice(0, dot)}${mark}${name.slice(dot)}` : `${name}${mark}`;
}
