/** As much of JSON Schema as the schema of a configuration uses. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The parts of a schema that can describe a value, without references and alternatives. */
function alternatives(schema: Schema, root: Schema): readonly Schema[] {
  if (schema.$ref !== undefined) {
    const named = root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    return named === undefined ? [] : alternatives(named, root);
  }
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [schema, ...inner.flatMap((each) => alternatives(each, root))];
}

/** What stands in several places of a configuration is one key: shown once it is enough. */
const shared: readonly (readonly [RegExp, string])[] = [
  [/^(?:profiles\.\*|defaults|chains\.\*)\.(?=[^.]+)/, 'jobs.*.'],
  [/^repositories\.\*\.(?=throttle|limits)/, 'jobs.*.'],
  [/\.throttle\.when\.(?!pause)/, '.throttle.'],
  [/\.hooks\.(?:after|onError|finally)\./, '.hooks.before.'],
  [/\.steps\.(?:parallel|any)\./, '.steps.'],
  [/\.schedule\.retryStrategy|\.retry(?=\.)/, '.retryStrategy'],
];

const keyOf = (path: string): string => shared.reduce((key, [pattern, one]) => key.replace(pattern, one), path);

/** Every key that a schema knows, such as `jobs.*.sources`. */
export function keysIn(root: Schema): ReadonlySet<string> {
  const keys = new Set<string>();
  const walk = (schema: Schema, path: string): void => {
    for (const { properties = {}, additionalProperties, items } of alternatives(schema, root)) {
      for (const [name, inner] of Object.entries(properties)) {
        const at = path === '' ? name : `${path}.${name}`;
        keys.add(keyOf(at));
        walk(inner, at);
      }
      if (typeof additionalProperties === 'object') walk(additionalProperties, `${path}.*`);
      if (items !== undefined) walk(items, path);
    }
  };
  walk(root, '');
  return keys;
}

/** The keys of them that a value has. */
export function keysOf(value: unknown, root: Schema): ReadonlySet<string> {
  const keys = new Set<string>();
  const walk = (schema: Schema, inner: unknown, path: string): void => {
    if (Array.isArray(inner)) {
      for (const { items } of alternatives(schema, root)) {
        if (items !== undefined) for (const each of inner) walk(items, each, path);
      }
      return;
    }
    if (!isMap(inner)) return;
    for (const { properties = {}, additionalProperties } of alternatives(schema, root)) {
      for (const [name, each] of Object.entries(inner)) {
        const known = properties[name];
        const at = path === '' ? name : `${path}.${name}`;
        if (known !== undefined) {
          keys.add(keyOf(at));
          walk(known, each, at);
        } else if (typeof additionalProperties === 'object') walk(additionalProperties, each, `${path}.*`);
      }
    }
  };
  walk(root, value, '');
  return keys;
}
