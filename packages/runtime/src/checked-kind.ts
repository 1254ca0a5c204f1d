import { closest, isUmbraError, UmbraError } from '@umbracore/contracts';

/** Something of a plug-in that has options in the configuration. */
interface Checked {
  readonly kind: string;
  check(options: unknown): void;
}

/** A sentence, not a page. */
const longestText = 300;

/** What a stranger says, as part of a sentence. */
export const oneLine = (text: unknown): string => String(text).replaceAll(/\s+/gu, ' ').trim().slice(0, longestText);

/** Has one of `kinds` check options. Throws `config.*` for one that is not there, and for whatever it throws. */
export function checkKind(
  what: string,
  { kind: name, options }: { readonly kind: string; readonly options: unknown },
  kinds: ReadonlyMap<string, Checked>,
): void {
  const kind = kinds.get(name);
  if (kind === undefined) throw unknownKind(what, name, kinds);
  try {
    kind.check(options);
  } catch (thrown) {
    if (isUmbraError(thrown)) throw thrown;
    throw new UmbraError('config.invalid-value', `${name}: ${oneLine(thrown)}`, {
      hint: 'look up its options where its plug-in describes them',
      cause: thrown,
    });
  }
}

function unknownKind(what: string, name: string, kinds: ReadonlyMap<string, Checked>): UmbraError {
  const known = kinds.size === 0 ? 'name the plug-in that brings it' : `use one of: ${[...kinds.keys()].join(', ')}`;
  const meant = closest(name, kinds.keys());
  return new UmbraError('config.unknown-reference', `there is no ${what} "${name}"`, {
    hint: meant === undefined ? known : `did you mean "${meant}"?`,
  });
}
