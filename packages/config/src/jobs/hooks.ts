import type { HookDefinition, HookPhase, JobHooks, SecretReference } from '@umbracore/contracts';
import { hookPhases } from '@umbracore/contracts';
import { builtInHook } from '../built-in.ts';
import { absolutePath, type Folders } from '../reading/file-path.ts';
import type { Finding } from '../reading/source-text.ts';
import type { HookInput, HookListInput, HooksInput } from '../schema/hooks.ts';
import { absoluteReference, parseSecretReference, type SecretReferenceText } from '../secret-reference.ts';
import { parseDuration } from '../units.ts';
import type { PlacedRule } from '../origin.ts';
import { placeIn, strongestAt, type Layer } from './layers.ts';
import { programPath } from './program-path.ts';

/** A hook in one form: absolute paths, a program and its arguments. */
export type PlainHook = Omit<HookInput, 'shell'> & {
  /** Those of `run`, `shell` and `use` that are written. */
  readonly forms: readonly string[];
};

/** The hooks of each phase as a list. */
export type PlainHooks = Readonly<Partial<Record<HookPhase, readonly PlainHook[]>>>;

type References = Readonly<Record<string, SecretReferenceText>> | undefined;

export function plainHooks(hooks: HooksInput, folders: Folders): PlainHooks {
  const entries = hookPhases.flatMap((phase) => {
    const written = hooks[phase];
    return written === undefined ? [] : [[phase, hookList(written).map((one) => plainHook(one, folders))] as const];
  });
  return Object.fromEntries(entries);
}

/** A list of words is one program. */
function hookList(written: HookListInput): readonly (string[] | HookInput)[] {
  if (!Array.isArray(written)) return [written];
  return isWords(written) ? [written] : written.filter((one) => typeof one !== 'string');
}

const isWords = (list: readonly unknown[]): list is string[] => list.every((word) => typeof word === 'string');

function plainHook(written: string[] | HookInput, folders: Folders): PlainHook {
  const { run, shell, env, secrets, cwd, ...rest } = Array.isArray(written) ? { run: written } : written;
  const absolute = (references: References): Pick<HookInput, never> & Record<string, SecretReferenceText> =>
    Object.fromEntries(
      Object.entries(references ?? {}).map(([name, reference]) => [name, absoluteReference(reference, folders)]),
    );
  const argv = shell === undefined ? (run ?? []) : ['sh', '-c', shell];
  const forms = Object.entries({ run, shell, use: rest.use }).flatMap(([name, value]) =>
    value === undefined ? [] : name,
  );
  return {
    ...rest,
    forms,
    run: argv.map((word, index) => (index === 0 ? programPath(word, folders) : word)),
    ...(env === undefined ? {} : { env: absolute(env) as HookInput['env'] }),
    ...(secrets === undefined ? {} : { secrets: absolute(secrets) as HookInput['secrets'] }),
    ...(cwd === undefined ? {} : { cwd: absolutePath(cwd, folders) }),
  };
}

/** Hooks as a file may say them. */
export const sayHooks = (plain: PlainHooks): HooksInput =>
  Object.fromEntries(Object.entries(plain).map(([phase, hooks]) => [phase, hooks.map((hook) => sayHook(hook))]));

function sayHook(hook: PlainHook): HookInput {
  const { forms: _forms, run, ...rest } = hook;
  return rest.use === undefined ? { run, ...rest } : rest;
}

export function toHooks(plain: PlainHooks | undefined): JobHooks | undefined {
  if (plain === undefined || hookPhases.every((phase) => (plain[phase] ?? []).length === 0)) return undefined;
  const of = (phase: HookPhase): readonly HookDefinition[] => (plain[phase] ?? []).map(toHook);
  return { before: of('before'), after: of('after'), onError: of('onError'), finally: of('finally') };
}

function toHook({
  run = [],
  use,
  options,
  env,
  secrets,
  cwd,
  timeout,
  tries,
  delay,
  onFailure,
}: PlainHook): HookDefinition {
  return {
    run,
    ...(use === undefined ? {} : { use: { kind: use, options } }),
    env: toReferences(env),
    secrets: toReferences(secrets),
    cwd,
    timeoutMs: parseDuration(timeout ?? builtInHook.timeout),
    tries: tries ?? builtInHook.tries,
    delayMs: parseDuration(delay ?? builtInHook.delay),
    onFailure: onFailure ?? builtInHook.onFailure,
  };
}

/** Paths in the references are absolute already. */
const toReferences = (references: References): Readonly<Record<string, SecretReference>> =>
  Object.fromEntries(
    Object.entries(references ?? {}).map(([name, reference]) => [
      name,
      parseSecretReference(reference, { base: '/', home: '/' }),
    ]),
  );

/** What only programs know, and what only plug-ins do. */
const wordsWithoutMeaning = ({ use }: PlainHook): readonly (keyof PlainHook)[] =>
  use === undefined ? ['options'] : ['env', 'cwd'];

/** What plug-ins are to do around the work of a job, with where it is written. */
export const placedHooks = (layers: readonly Layer[], hooks: JobHooks | undefined): readonly PlacedRule[] =>
  hookPhases.flatMap((phase) =>
    (hooks?.[phase] ?? []).flatMap(({ use: rule }, index): readonly PlacedRule[] => {
      if (rule === undefined) return [];
      const place: PlacedRule['place'] = (part) => {
        const layer = strongestAt(layers, ['hooks', phase]);
        return layer && placeIn(layer, ['hooks', phase, index, part === 'key' ? 'use' : 'options']);
      };
      return [{ rule, place }];
    }),
  );

/** Hooks that run nothing, and what has no meaning in their phase. */
export function checkHooks(layers: readonly Layer[], hooks: PlainHooks | undefined): readonly Finding[] {
  return hookPhases.flatMap((phase) =>
    (hooks?.[phase] ?? []).flatMap((hook, index): readonly Finding[] => {
      const layer = strongestAt(layers, ['hooks', phase]);
      const place = layer && placeIn(layer, ['hooks', phase, index]);
      if (place === undefined || layer?.entry?.faulty === true) return [];
      const refuse = (message: string, hint: string): Finding => ({
        code: 'config.invalid-value',
        message,
        hint,
        ...place,
      });
      const [form, second] = hook.forms;
      if (form === undefined || (hook.use === undefined && (hook.run?.[0] ?? '') === ''))
        return [refuse('this hook runs nothing', 'add "run: [program, argument]" to it')];
      if (second !== undefined) return [refuse(`this hook has both "${form}" and "${second}"`, 'make two hooks of it')];
      const idle = wordsWithoutMeaning(hook).find((word) => hook[word] !== undefined);
      if (idle !== undefined) return [refuse(`"${idle}" has no meaning for a hook with "${form}"`, 'remove it')];
      if (phase !== 'before' && hook.onFailure !== undefined)
        return [refuse(`a hook ${phase} stops nothing, so "onFailure" has no meaning`, 'remove it')];
      return [];
    }),
  );
}
