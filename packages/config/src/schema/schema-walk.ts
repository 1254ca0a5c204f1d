import type * as z from 'zod';
import { traits, type Trait } from './values.ts';
import type { Path } from '../reading/path.ts';

type Schema = z.core.$ZodType;

const definition = (schema: Schema): z.core.$ZodTypes['_zod']['def'] => (schema as z.core.$ZodTypes)._zod.def;

/** The schemas that a value may follow: the options of a union, without what makes it optional. */
export function alternatives(schema: Schema): readonly Schema[] {
  const inner = definition(schema);
  if (inner.type === 'optional') return alternatives(inner.innerType);
  return inner.type === 'union' ? inner.options.flatMap(alternatives) : [schema];
}

/** What a schema says about itself, even from behind `optional`. */
export function traitOf(schema: Schema): Trait | undefined {
  const own = traits.get(schema);
  if (own !== undefined) return own;
  const inner = definition(schema);
  return inner.type === 'optional' ? traitOf(inner.innerType) : undefined;
}

/** The schemas one step further in. */
export function inside(schema: Schema, step: string | number): readonly Schema[] {
  return alternatives(schema).flatMap((option) => {
    const inner = definition(option);
    if (inner.type === 'array' && typeof step === 'number') return [inner.element];
    // Values that may be anything are unknown here too: only their names can tell whether they are secret.
    if (inner.type === 'record' && typeof step === 'string')
      return definition(inner.valueType).type === 'unknown' ? [] : [inner.valueType];
    if (inner.type !== 'object') return [];
    const member = Object.hasOwn(inner.shape, step) ? inner.shape[step] : otherKeys(inner.catchall);
    return member === undefined ? [] : [member];
  });
}

/** What the keys follow that a map does not name; undefined if it takes none, or takes anything. */
function otherKeys(catchall: Schema | undefined): Schema | undefined {
  const type = catchall && definition(catchall).type;
  return type === 'never' || type === 'unknown' ? undefined : catchall;
}

/** The schemas that a path leads to; none if the schema knows no such path. */
export const schemasAt = (schema: Schema, path: Path): readonly Schema[] =>
  path.reduce<readonly Schema[]>((schemas, step) => schemas.flatMap((inner) => inside(inner, step)), [schema]);

/** The keys that a map at this place may have. */
export const knownKeys = (schemas: readonly Schema[]): readonly string[] =>
  schemas.flatMap(alternatives).flatMap((option) => {
    const inner = definition(option);
    return inner.type === 'object' ? Object.keys(inner.shape) : [];
  });

/** The keys of all maps from here on, but for those whose values are secret. Names that users choose are none of them. */
export function harmlessKeys(schema: Schema): readonly string[] {
  return alternatives(schema).flatMap((option) => {
    const inner = definition(option);
    if (inner.type === 'array') return harmlessKeys(inner.element);
    if (inner.type === 'record') return harmlessKeys(inner.valueType);
    if (inner.type !== 'object') return [];
    return Object.entries(inner.shape).flatMap(([key, value]) =>
      [value, ...alternatives(value)].some((each) => traitOf(each)?.secret === true)
        ? []
        : [key, ...harmlessKeys(value)],
    );
  });
}

/** The words that may stand at this place, if it takes nothing but words and other forms. */
export const wordsOf = (schemas: readonly Schema[]): readonly string[] =>
  schemas.flatMap(alternatives).flatMap((option) => {
    const inner = definition(option);
    if (inner.type === 'enum') return Object.values(inner.entries).map(String);
    return inner.type === 'literal' ? inner.values.filter((word) => typeof word === 'string') : [];
  });

/** True for maps whose keys are not all known, such as the options of a plug-in. */
export const takesAnyKey = (schemas: readonly Schema[]): boolean =>
  schemas.flatMap(alternatives).some((option) => {
    const inner = definition(option);
    if (inner.type === 'object') return inner.catchall !== undefined && definition(inner.catchall).type !== 'never';
    return inner.type === 'record' || inner.type === 'unknown';
  });

/** The trait of the keys that a free map at this place may have. */
export const keyTrait = (schemas: readonly Schema[]): Trait | undefined =>
  schemas
    .flatMap(alternatives)
    .map((option) => definition(option))
    .map((inner) => (inner.type === 'record' ? traitOf(inner.keyType) : undefined))
    .find((trait) => trait !== undefined);

/** The kinds of value that may stand at this place, in words. */
export const kindsOf = (schemas: readonly Schema[]): readonly string[] => [
  ...new Set(schemas.flatMap(alternatives).map((option) => kindOf(option))),
];

const kinds: Readonly<Partial<Record<z.core.$ZodTypes['_zod']['def']['type'], string>>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

const kindOf = (schema: Schema): string =>
  traitOf(schema)?.name ?? kinds[definition(schema).type] ?? 'a value of another kind';
