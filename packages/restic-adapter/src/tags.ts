import { UmbraError } from '@umbracore/contracts';

/** restic takes a comma inside one `--tag` for a separator, and drops an empty one. */
export function checkTags(tags: readonly string[]): void {
  const wrong = tags.find((tag) => tag === '' || tag.includes(','));
  if (wrong === undefined) return;
  throw new UmbraError('usage.invalid', `"${wrong}" cannot be a tag`, {
    hint: 'Use tags without commas, at least one character long.',
  });
}
