import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { privilegedRoles, type BackendRepository, type PrivilegedRole } from '@umbracore/contracts';
import type { Request, RequestOf, Verb } from '../protocol/requests.ts';
import type { ProgramContext } from './context.ts';
import { lookAt, refuseReplaceable } from './look.ts';
import { whoCouldChange } from './owned-path.ts';
import {
  permitBackup,
  permitFreeze,
  permitLook,
  permitMount,
  permitRestore,
  permitThaw,
  permitVolume,
  type Permit,
} from './permit.ts';
import { definitionOf, type PolicyRepository } from './policy.ts';
import type { Peer } from './proof.ts';
import { Refusal } from './refusal.ts';
import { refuseUnreadable } from './shared-repository.ts';
import { freeze, thaw } from './volumes/freeze.ts';
import { mount, unmount } from './volumes/mounts.ts';
import { rootOf, seenFrom } from './volumes/view.ts';
import { volumeOf } from './volumes/volume-of.ts';

type Doable = Exclude<Verb, 'hello'>;

/** Which socket takes which verb. What only reads of engines is the same for both that have some. */
const rolesOf: Readonly<Record<Doable, readonly PrivilegedRole[]>> = {
  facts: privilegedRoles,
  look: ['backup'],
  backup: ['backup'],
  restore: ['restore'],
  find: ['backup', 'restore'],
  read: ['backup', 'restore'],
  interrupt: ['backup', 'restore'],
  kill: ['backup', 'restore'],
  pause: ['backup', 'restore'],
  resume: ['backup', 'restore'],
  adjust: ['backup', 'restore'],
  'create-snapshot': ['volumes'],
  'release-snapshot': ['volumes'],
  freeze: ['volumes'],
  thaw: ['volumes'],
  mount: ['mounts'],
  unmount: ['mounts'],
};

/** Verbs that change nothing and tell only what the peer has started itself. */
const unaudited: readonly Verb[] = ['facts', 'find', 'read'];

type Doing = () => unknown;

/** Answers a request of somebody who is let in. Throws a `Refusal`, or the error of what was tried. */
export async function answer(context: ProgramContext, peer: Peer, request: Request): Promise<unknown> {
  if (request.verb === 'hello' || !rolesOf[request.verb].includes(context.role))
    throw new Refusal(`This is not for the role ${context.role}`);
  const about = aboutOf(request);
  // The whole decision comes first, then what was decided is written down, then it is done.
  const act = decided(context, peer, request);
  if (unaudited.includes(request.verb)) return await act();
  context.audit.record({ event: 'accepted', verb: request.verb, peer, about });
  try {
    const result = await act();
    context.audit.record({ event: 'done', verb: request.verb, peer, about });
    return result;
  } catch (error) {
    context.audit.record({ event: 'failed', verb: request.verb, peer, about, why: codeOf(error) });
    throw error;
  }
}

/** What the record says that it is about. Never an option of an engine, or a path. */
export function aboutOf(request: Request): Readonly<Record<string, string>> {
  const { job, repository, id, volume, location, snapshot }: Partial<Record<string, unknown>> = request;
  return Object.fromEntries(
    Object.entries({ job, repository, id, volume, location, snapshot }).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : error instanceof Refusal ? 'refused' : 'internal';

function decided(context: ProgramContext, peer: Peer, request: Exclude<Request, RequestOf<'hello'>>): Doing {
  const { engines } = context;
  switch (request.verb) {
    case 'facts':
      return () => factsFor(context);
    case 'look':
      granted(permitLook(context.policy.current().policy, request));
      return () => request.sources.map((source) => lookAt(source, context.uid));
    case 'backup':
      return backup(context, peer, request);
    case 'restore':
      return restore(context, peer, request);
    case 'find':
      return async () => {
        const found = await engines.find(peer, request.id);
        return found === undefined ? null : { ...found, engine: found.engine.identity() ?? null };
      };
    case 'read':
      return () => engines.read(peer, request.id, request);
    case 'interrupt':
      return async () => (await engines.end(peer, request.id, request.graceMs), {});
    case 'kill':
      return async () => (await engines.end(peer, request.id, undefined), {});
    case 'pause':
      return async () => ({ paused: await engines.pause(peer, request.id) });
    case 'resume':
      return async () => (await engines.resume(peer, request.id), {});
    case 'adjust':
      return async () => ({
        unapplied: await (await engines.present(peer, request.id)).adjust(request.limits),
      });
    case 'create-snapshot':
    case 'release-snapshot': {
      const { policy } = context.policy.current();
      const { volume } = granted(permitVolume(policy, request.volume));
      const held = volumeOf(volume, context.stateDir, { processes: context.processes, path: policy.path });
      return request.verb === 'create-snapshot'
        ? async () => ({ path: await held.create(request.id) })
        : async () => (await held.release(request.id), {});
    }
    case 'freeze':
    case 'thaw': {
      const { policy } = context.policy.current();
      granted(request.verb === 'freeze' ? permitFreeze(policy, request) : permitThaw(policy, request));
      return () =>
        inTurn(async () =>
          request.verb === 'freeze'
            ? await freeze(context, policy, request)
            : (await thaw(context, policy, request), {}),
        );
    }
    case 'mount':
    case 'unmount': {
      const { policy } = context.policy.current();
      const { location } = granted(permitMount(policy, request.location));
      const tools = { processes: context.processes, path: policy.path };
      return request.verb === 'mount'
        ? async () => ({ path: await mount(location, tools) })
        : async () => (await unmount(location, tools), {});
    }
    default:
      return request satisfies never;
  }
}

/** One after the other, so that what is asked twice is made once. */
let turn: Promise<unknown> = Promise.resolve();
function inTurn<T>(act: () => Promise<T>): Promise<T> {
  const acted = turn.then(act);
  turn = acted.catch(() => undefined);
  return acted;
}

function granted<T>(permit: Permit<T>): T {
  if (!permit.allowed) throw new Refusal(permit.why, permit.hint);
  return permit;
}

function factsFor({ policy, role, version, warnings }: ProgramContext) {
  const { jobs, repositories, volumes, locations, engine } = policy.current().policy;
  const allowed: Readonly<Record<PrivilegedRole, readonly string[]>> = {
    backup: Object.keys(jobs),
    restore: Object.entries(repositories).flatMap(([name, { restore: may }]) => (may ? [name] : [])),
    volumes: Object.keys(volumes),
    mounts: Object.keys(locations),
  };
  const startsEngines = role === 'backup' || role === 'restore';
  const engineProblem = startsEngines ? whoCouldChange(engine, 0) : undefined;
  return {
    version,
    role,
    policyFile: policy.path,
    allowed: allowed[role],
    warnings: [...warnings, ...(engineProblem === undefined ? [] : [engineProblem])],
  };
}

function backup(context: ProgramContext, peer: Peer, request: RequestOf<'backup'>): Doing {
  const { policy } = context.policy.current();
  const { repository } = granted(permitBackup(policy, request));
  for (const source of request.spec.sources) refuseReplaceable(source, context.uid);
  refuseChangeable(policy.engine);
  refuseUnreadable(request.repository, repository.location, context.uid, peer.uid);
  const work = { verb: 'backup', job: request.job, repository: request.repository } as const;
  return async () => {
    using _claimed = await context.engines.claim(peer, request.id, work);
    const opened = await withSecrets(context, request.repository, repository);
    const spec = { ...request.spec, compressionLevel: request.spec.compressionLevel, parent: request.spec.parent };
    const made = await context.commandsFor(policy.engine).backup(opened, spec, request.limits);
    const { frozen } = request;
    const seen =
      frozen === undefined ? made.command : seenFrom(rootOf(context.views, frozen), made.command, policy.path);
    const prepared = { ...made, command: seen };
    const engine = await context.engines.start(peer, request.id, work, prepared, request);
    return { engine: engine.identity() ?? null, version: prepared.version };
  };
}

function restore(context: ProgramContext, peer: Peer, request: RequestOf<'restore'>): Doing {
  const { policy } = context.policy.current();
  const { repository } = granted(permitRestore(policy, request));
  refuseChangeable(policy.engine);
  const work = { verb: 'restore', job: '', repository: request.repository } as const;
  return async () => {
    using _claimed = await context.engines.claim(peer, request.id, work);
    const target = newFolder(context.stateDir, request.id);
    const opened = await withSecrets(context, request.repository, repository);
    const { snapshot, include, exclude, verify, limits } = request;
    const spec = { snapshot, include, exclude, verify, target, overwrite: 'never' } as const;
    const prepared = await context.commandsFor(policy.engine).restore(opened, spec, limits);
    const engine = await context.engines.start(peer, request.id, work, prepared, request);
    return { engine: engine.identity() ?? null, version: prepared.version, target };
  };
}

function refuseChangeable(engine: string): void {
  const problem = whoCouldChange(engine, 0);
  if (problem === undefined) return;
  throw new Refusal(
    `The engine is not root's alone: ${problem}`,
    'Let the policy name a program that only root can change.',
  );
}

/** Nobody else can look into it, or put anything into it before or while the engine writes. */
function newFolder(stateDir: string, id: string): string {
  const all = join(stateDir, 'restores');
  mkdirSync(all, { recursive: true, mode: 0o700 });
  const folder = join(all, id);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

async function withSecrets(
  { secrets }: ProgramContext,
  name: string,
  repository: PolicyRepository,
): Promise<BackendRepository> {
  const definition = definitionOf(name, repository);
  const env = await Promise.all(
    Object.entries(definition.env).map(
      async ([variable, reference]) => [variable, await secrets.resolve(reference)] as const,
    ),
  );
  const password = definition.password && (await secrets.resolve(definition.password));
  return { definition, password, env: Object.fromEntries(env) };
}
