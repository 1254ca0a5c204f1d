import type * as z from 'zod';
import { flattenIssues, toFindings, type Issue } from '../report/issue-findings.ts';
import { isMap, valueAt, type Path } from '../reading/path.ts';
import { distinct, type Finding, type SourceText } from '../reading/source-text.ts';

/** A copy of a value without what stands at a path. */
function without(value: unknown, path: Path): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return undefined;
  if (Array.isArray(value)) {
    if (rest.length === 0) return value.filter((_, index) => index !== step);
    return value.map((item: unknown, index) => (index === step ? without(item, rest) : item));
  }
  if (!isMap(value)) return value;
  const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    if (key !== step) return [[key, item]];
    return rest.length === 0 ? [] : [[key, without(item, rest)]];
  });
  return Object.fromEntries(entries);
}

export interface Validated<T> {
  /** What is valid of the file: faulty parts are left out, so that the rest can be checked in the same pass. */
  readonly value: T | undefined;
  readonly findings: readonly Finding[];
  /** Where parts were left out. */
  readonly faulty: readonly Path[];
}

/** What must go so that the rest is valid: the faulty values, unknown keys, and maps that lack something. */
const faultyPaths = (issues: readonly Issue[], value: unknown): readonly Path[] =>
  flattenIssues(issues, []).flatMap(({ issue, path }) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...path, key]);
    return valueAt(value, path) === undefined && path.length > 0 ? [path.slice(0, -1)] : [path];
  });

/** Taking something away may leave a list empty or a map incomplete: those go in another round. */
const pruneRounds = 4;

/** zod 4 writes a function for each object that it checks, which pays only if there are many of them. */
const once = { jitless: true };

/** Checks a file against its schema; finds everything that is wrong, not only the first. */
export function validate<S extends z.ZodType>(schema: S, source: SourceText): Validated<z.output<S>> {
  let result = schema.safeParse(source.value, once);
  if (result.success) return { value: result.data, findings: [], faulty: [] };
  const issues = flattenIssues(result.error.issues, []);
  const findings = distinct(issues.flatMap(({ issue, path }) => toFindings(schema, source, issue, path)));
  const faulty: Path[] = [];
  let rest = source.value;
  for (let round = 0; round < pruneRounds && !result.success; round += 1) {
    const paths = faultyPaths(result.error.issues, rest);
    faulty.push(...paths);
    // Lists are cut from their ends, so that the indexes of the other parts stay true.
    rest = [...paths].sort(laterFirst).reduce(without, rest);
    result = schema.safeParse(rest, once);
  }
  return { value: result.success ? result.data : undefined, findings, faulty };
}

function laterFirst(one: Path, other: Path): number {
  for (let index = 0; index < Math.min(one.length, other.length); index += 1) {
    const [left, right] = [one[index], other[index]];
    if (typeof left === 'number' && typeof right === 'number' && left !== right) return right - left;
  }
  return other.length - one.length;
}
