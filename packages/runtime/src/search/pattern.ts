import { UmbraError } from '@umbracore/contracts';

const member = String.raw`(?:\\.|[^\\\]-])`;

/** Between two slashes: a character, an escaped one, or a class in brackets. */
const part = new RegExp(String.raw`^(?:\\.|\[(?:\^|(?!\^))(?:${member}(?:-${member})?)+\]|[^\\[])*$`, 'su');

/** Refuses what restic cannot read: an old one breaks down over it. Throws `usage.invalid`. */
export function refusePattern(pattern: string): void {
  if (pattern !== '' && pattern.split('/').every((each) => part.test(each))) return;
  throw new UmbraError('usage.invalid', `"${pattern}" is no pattern`, {
    hint: String.raw`Write \[ and \\ for a bracket and a backslash in a name.`,
  });
}
