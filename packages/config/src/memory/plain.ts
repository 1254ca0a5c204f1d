import type { Configuration } from '@umbracore/contracts';

/** In the place of what is there without a value: JSON would leave it out, and whoever copies over it would notice. */
const nothing = '\0';

/** A configuration as JSON can keep it, whole; undefined if JSON cannot. */
export function toPlain(configuration: Configuration): unknown {
  const { repositories, jobs, resources, ...rest } = configuration;
  const plain = { ...rest, repositories: [...repositories], jobs: [...jobs], resources: [...resources] };
  return survives(plain) ? withMarks(plain) : undefined;
}

/** The same as `toPlain` had it. */
export function fromPlain(plain: unknown): Configuration {
  const { repositories, jobs, resources, ...rest } = withoutMarks(plain) as Configuration;
  return { ...rest, repositories: new Map(repositories), jobs: new Map(jobs), resources: new Map(resources) };
}

const withMarks = (value: unknown): unknown =>
  value === undefined ? nothing : isHolder(value) ? mapped(value, withMarks) : value;

const withoutMarks = (value: unknown): unknown =>
  value === nothing ? undefined : isHolder(value) ? mapped(value, withoutMarks) : value;

const isHolder = (value: unknown): value is object => typeof value === 'object' && value !== null;

const mapped = (holder: object, change: (value: unknown) => unknown): unknown =>
  Array.isArray(holder)
    ? holder.map(change)
    : Object.fromEntries(Object.entries(holder).map(([key, value]) => [key, change(value)]));

/** JSON has no numbers without end, and of an object of a class it keeps the fields. */
function survives(value: unknown): boolean {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value);
    case 'string':
      return value !== nothing;
    case 'boolean':
    case 'undefined':
      return true;
    case 'object':
      if (value === null) return true;
      if (Array.isArray(value)) return value.every(survives);
      return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(survives);
    case 'bigint':
    case 'function':
    case 'symbol':
      return false;
  }
}
