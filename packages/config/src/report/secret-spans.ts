import type * as z from 'zod';
import { closest } from '@umbracore/contracts';
import { doubtfulSpans, secretName } from './doubtful-spans.ts';
import { isMap, type Path } from '../reading/path.ts';
import { alternatives, inside, knownKeys, takesAnyKey, traitOf } from '../schema/schema-walk.ts';
import type { SourceText, Span } from '../reading/source-text.ts';

const isSecret = (schemas: readonly z.core.$ZodType[]): boolean =>
  schemas.some((schema) => traitOf(schema)?.secret === true);

/** True for an environment: if it is no map, by a slip, what it is may be a secret. */
const holdsSecrets = (schemas: readonly z.core.$ZodType[]): boolean =>
  takesAnyKey(schemas) && isSecret(schemas.flatMap((schema) => inside(schema, 'A')));

/** True for a key that the schema does not know and that may hold a secret: by its name, by where it stands, or by its value. */
function hidesSecret(key: string, value: unknown, path: Path, schemas: readonly z.core.$ZodType[]): boolean {
  // Below "env", wherever that was moved by a slip, everything may be one.
  if (secretName.test(key) || path.includes('env')) return true;
  // The options of a plug-in are its own affair.
  if (schemas.length === 0 || takesAnyKey(schemas)) return false;
  const beside = (path[0] === 'repositories' && path.length === 2) || (path.length === 3 && path[2] === 'command');
  const meant = closest(key, knownKeys(schemas));
  // A text that nobody knows may have been moved here from an environment, by a slip in the indentation.
  if (meant === undefined) return beside || typeof value === 'string';
  // An unknown key beside secrets is taken for a misspelt one of them unless it is near a harmless one.
  const further = schemas.flatMap((schema) => inside(schema, meant));
  return beside && isSecret([...further, ...further.flatMap((schema) => inside(schema, meant))]);
}

/** A text where the fields of a job belong may have been moved there as well. */
const isMovedText = (value: unknown, [section, name, ...others]: Path): boolean =>
  (section === 'jobs' || section === 'profiles') &&
  name !== undefined &&
  others.length === 0 &&
  typeof value === 'string';

/** The paths of all values that must not be shown. */
function secretPaths(schemas: readonly z.core.$ZodType[], value: unknown, path: Path): readonly Path[] {
  if (schemas.length > 0 && isSecret([...schemas, ...schemas.flatMap(alternatives)])) return [path];
  if (isMovedText(value, path) || (!isMap(value) && holdsSecrets(schemas))) return [path];
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      secretPaths(
        schemas.flatMap((schema) => inside(schema, index)),
        item,
        [...path, index],
      ),
    );
  }
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const further = schemas.flatMap((schema) => inside(schema, key));
    const here = [...path, key];
    if (further.length === 0 && hidesSecret(key, item, path, schemas)) return [here];
    return secretPaths(further, item, here);
  });
}

/** Passwords inside addresses: `rest:https://user:PASSWORD@host`. */
function userPasswords(text: string): readonly Span[] {
  return [...text.matchAll(/\/\/[^/\s:@"']*:([^\s@"']+)@/g)].map((match) => {
    const end = match.index + match[0].length - 1;
    return { start: end - (match[1] ?? '').length, end };
  });
}

/** Comments that speak of a secret: a password that was commented out is still one. */
const tellingComments = (text: string): readonly Span[] =>
  [...text.matchAll(/#[^\n]*?(?:pass|secret|token|credential)[^\n]*/gi)].map(({ 0: comment, index }) => ({
    start: index + 1,
    end: index + comment.trimEnd().length,
  }));

/** A value with the anchor or tag before it: a password without quotes may be read as one. */
function withProperties({ text, locate }: SourceText, path: Path, value: Span): Span {
  const key = locate(path, 'key');
  if (key === undefined || key.end > value.start) return value;
  const gap = /^\s*[:=]?\s*/.exec(text.slice(key.end, value.start))?.[0].length ?? 0;
  return { start: Math.min(value.start, key.end + gap), end: value.end };
}

/** What must be blanked when a piece of this text is shown. `broken` texts are judged by their lines as well. */
export function secretSpans(schema: z.core.$ZodType, source: SourceText, broken: boolean): readonly Span[] {
  const byValue = secretPaths([schema], source.value, []).flatMap((path) => {
    const span = source.locate(path, 'value');
    return span === undefined ? [] : [withProperties(source, path, span)];
  });
  return [
    ...byValue,
    ...userPasswords(source.text),
    ...tellingComments(source.text),
    ...(broken ? doubtfulSpans(source.text) : []),
  ];
}
