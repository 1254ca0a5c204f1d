import { readFileSync } from 'node:fs';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const known = new Set(
  'description title $schema $ref type const enum pattern properties required items oneOf anyOf $defs'.split(' '),
);

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};

/**
 * What is wrong with a document, by the part of JSON Schema that our schemas use; a keyword beyond that part throws.
 * Stricter than JSON Schema in one thing: a property that the schema does not name is wrong, so that nothing is printed
 * that is not documented.
 */
export function problemsOf(name: string, document: unknown): readonly string[] {
  const file = new URL(`../../schemas/${name}.json`, import.meta.url);
  const root = JSON.parse(readFileSync(file, 'utf8')) as Schema;
  return check(root, root, document, '$');
}

function check(root: Schema, schema: Schema, value: unknown, at: string): string[] {
  for (const keyword of Object.keys(schema)) if (!known.has(keyword)) throw new Error(`unknown keyword ${keyword}`);
  if (schema.$ref !== undefined) {
    const target = root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    if (target === undefined) throw new Error(`nothing at ${schema.$ref}`);
    return check(root, target, value, at);
  }
  const problems: string[] = [];
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const type = typeOf(value);
  if (types.length > 0 && !types.includes(type) && !(type === 'integer' && types.includes('number'))) {
    return [`${at} is ${type}, not ${types.join(' or ')}`];
  }
  if (schema.const !== undefined && value !== schema.const)
    problems.push(`${at} is not ${JSON.stringify(schema.const)}`);
  if (schema.enum !== undefined && !schema.enum.includes(value)) problems.push(`${at} is ${JSON.stringify(value)}`);
  if (schema.pattern !== undefined && typeof value === 'string' && !new RegExp(schema.pattern).test(value)) {
    problems.push(`${at} is ${value}`);
  }
  problems.push(...checkChoices(root, schema, value, at));
  if (schema.items !== undefined && Array.isArray(value)) {
    const { items } = schema;
    problems.push(...value.flatMap((item, index) => check(root, items, item, `${at}[${index}]`)));
  }
  if (schema.properties !== undefined && type === 'object') {
    problems.push(...checkProperties(root, schema, value as Readonly<Record<string, unknown>>, at));
  }
  return problems;
}

function checkChoices(root: Schema, { oneOf, anyOf }: Schema, value: unknown, at: string): string[] {
  if (anyOf !== undefined && !anyOf.some((choice) => check(root, choice, value, at).length === 0)) {
    return [`${at} fits no choice`];
  }
  if (oneOf === undefined) return [];
  // Our unions are told apart by `type`; the right branch gives better words than "fits none".
  const kind = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  const branch = oneOf.find(({ properties }) => properties?.['type']?.const === kind);
  if (branch === undefined) return [`${at} has the unknown type ${String(kind)}`];
  const properties = { schema: { type: 'string' }, ...branch.properties };
  return check(root, { ...branch, properties }, value, at);
}

function checkProperties(root: Schema, schema: Schema, value: Readonly<Record<string, unknown>>, at: string): string[] {
  const { properties = {}, required = [], oneOf } = schema;
  const missing = required.filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`);
  const extra = Object.keys(value).filter((name) => oneOf === undefined && !(name in properties));
  const inner = Object.entries(properties).flatMap(([name, each]) =>
    name in value ? check(root, each, value[name], `${at}.${name}`) : [],
  );
  return [...missing, ...extra.map((name) => `${at}.${name} is not documented`), ...inner];
}
