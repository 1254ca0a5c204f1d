import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { times } from '../../../tools/vitest/evidence.ts';
import {
  permitBackup,
  permitFreeze,
  permitLook,
  permitMount,
  permitRestore,
  permitThaw,
  permitVolume,
} from '../src/program/permit.ts';
import { parsePolicy, type Policy } from '../src/program/policy.ts';
import { addressOf, asRequest, type RequestOf, type Verb } from '../src/protocol/requests.ts';

/** Few, so that what is asked for and what is allowed often meet; with what every map of JavaScript has of itself. */
const names = ['home', 'away', 'system', 'data', 'constructor', 'toString', 'valueOf'] as const;
const paths = ['/', '/etc', '/etc/', '/etc/shadow', '/srv/www', '/srv/../etc', '/srv/www -o', '/--password-command=id'];
const patterns = ['*', '*.tmp', '!*', '-x', ''];

const aName = fc.constantFrom(...names);
const somePaths = fc.subarray(paths, { minLength: 1 });
const somePatterns = fc.subarray(patterns);
const map = <T>(value: fc.Arbitrary<T>) => fc.dictionary(aName, value, { maxKeys: 4 });

const policies: fc.Arbitrary<Policy> = map(fc.boolean())
  .chain((restorable) => {
    const present = Object.keys(restorable);
    const job = fc.record({
      repositories: fc.subarray(present, { minLength: Math.min(1, present.length) }),
      sources: somePaths,
      excludes: somePatterns,
      excludeIfPresent: somePatterns,
      excludeCaches: fc.boolean(),
      oneFileSystem: fc.boolean(),
      tags: fc.subarray(['base', 'umbra-pin', 'umbra-job:other']),
      snapshot: fc.option(fc.constantFrom('btrfs' as const, 'auto' as const), { nil: undefined }),
    });
    const repositories = Object.fromEntries(
      present.map((name) => [name, { location: `/r/${name}`, password: 'file:/p', restore: restorable[name] }]),
    );
    return fc.record({
      version: fc.constant(1),
      engine: fc.constant('/usr/bin/restic'),
      repositories: fc.constant(repositories),
      jobs: present.length === 0 ? fc.constant({}) : map(job),
      volumes: map(fc.constant({ kind: 'zfs', dataset: 'pool/data' })),
      locations: map(fc.constant({ device: '/dev/sdz1', at: '/mnt/disk', fileSystem: 'ext4' })),
    });
  })
  .map((policy) => parsePolicy(JSON.stringify(policy), 'helper.json'));

const how = { seq: 1, id: '0'.repeat(32), address: '0'.repeat(64), orphanPolicy: 'adopt', limits: {} } as const;
const runTag = 'umbra-run:r-01JD3MABCDEFGH12';

/** Read as the program reads what a peer sends. */
function request<V extends Verb>(verb: V, fields: object): RequestOf<V> {
  const read = asRequest({ seq: 1, verb, ...fields });
  if (read?.verb !== verb) throw new Error(`no request: ${JSON.stringify({ verb, ...fields })}`);
  return read as RequestOf<V>;
}

type Backup = RequestOf<'backup'>;
type Job = Policy['jobs'][string];

/** By which an address is compared; of nothing where the policy does not have the repository. */
const addressAt = ({ repositories }: Policy, name: string): string =>
  addressOf(new Map(Object.entries(repositories)).get(name)?.location ?? '');

/** Exactly what the policy says of a job, with some of its sources. */
function asWritten(policy: Policy, name: string, repository: string, job: Job, sources: readonly string[]): Backup {
  const { excludes, excludeIfPresent, excludeCaches, oneFileSystem, tags, snapshot } = job;
  return request('backup', {
    ...how,
    address: addressAt(policy, repository),
    job: name,
    repository,
    ...(snapshot !== undefined && { frozen: 'one' }),
    spec: {
      sources,
      excludes,
      excludeIfPresent,
      excludeCaches,
      oneFileSystem,
      tags: [runTag, `umbra-job:${name}`, ...tags],
      host: 'here',
      force: false,
      dryRun: false,
    },
  });
}

const other = <T>(values: fc.Arbitrary<T>, than: T): fc.Arbitrary<T> =>
  values.filter((value) => JSON.stringify(value) !== JSON.stringify(than));

/** One thing that is not as the policy has it. */
function altered(policy: Policy, job: Job, right: Backup): fc.Arbitrary<Backup> {
  const spec = (change: Partial<Backup['spec']>): Backup => ({ ...right, spec: { ...right.spec, ...change } });
  const foreign = paths.filter((path) => !job.sources.includes(path));
  const [first = '', second = '', ...rest] = right.spec.tags;
  return fc.oneof(
    other(somePatterns, right.spec.excludes).map((excludes) => spec({ excludes })),
    other(somePatterns, right.spec.excludeIfPresent).map((excludeIfPresent) => spec({ excludeIfPresent })),
    fc.constant(spec({ excludeCaches: !right.spec.excludeCaches })),
    fc.constant(spec({ oneFileSystem: !right.spec.oneFileSystem })),
    fc
      .constantFrom<string[]>(
        [second, first, ...rest],
        [first, ...rest],
        [first, second, ...rest, 'more'],
        [first, first, ...rest],
      )
      .map((tags) => spec({ tags })),
    fc.constant<Backup>({ ...right, address: addressOf('/elsewhere') }),
    fc.constant<Backup>({ ...right, frozen: right.frozen === undefined ? 'one' : undefined }),
    ...(foreign.length === 0
      ? []
      : [fc.constantFrom(...foreign).map((path) => spec({ sources: [...right.spec.sources, path] }))]),
    aName.filter((name) => !Object.hasOwn(policy.jobs, name)).map((name) => ({ ...right, job: name })),
    aName.filter((name) => !job.repositories.includes(name)).map((repository) => ({ ...right, repository })),
  );
}

/** A policy with at least one job, one of its jobs at one of its repositories, and some of its sources. */
const places = policies
  .filter(({ jobs }) => Object.keys(jobs).length > 0)
  .chain((policy) =>
    fc.constantFrom(...Object.entries(policy.jobs)).chain(([name, job]) =>
      fc.record({
        policy: fc.constant(policy),
        name: fc.constant(name),
        job: fc.constant(job),
        repository: fc.constantFrom(...job.repositories),
        sources: fc.subarray([...job.sources], { minLength: 1 }),
      }),
    ),
  );

test('a backup is done as the policy has it, and not with one thing changed', () => {
  const cases = places.chain(({ policy, name, job, repository, sources }) => {
    const right = asWritten(policy, name, repository, job, sources);
    return altered(policy, job, right).map((wrong) => ({ policy, right, wrong }));
  });
  fc.assert(
    fc.property(cases, ({ policy, right, wrong }) => {
      expect(permitBackup(policy, right)).toMatchObject({ allowed: true });
      expect(permitBackup(policy, wrong)).toMatchObject({ allowed: false, why: expect.any(String) });
    }),
    { numRuns: times(600) },
  );
});

test('whatever else is asked is allowed only for what the policy names', () => {
  const asked = fc.record({ policy: policies, job: aName, repository: aName, path: fc.constantFrom(...paths) });
  fc.assert(
    fc.property(asked, ({ policy, job: name, repository, path }) => {
      const job = new Map(Object.entries(policy.jobs)).get(name);
      const isItsRepository = job?.repositories.includes(repository) === true;
      const at = { job: name, repository };
      const look = request('look', { ...at, sources: [path] });
      expect(permitLook(policy, look).allowed).toBe(isItsRepository && job.sources.includes(path));
      const freeze = request('freeze', { ...at, snapshot: 'btrfs', id: 'one' });
      expect(permitFreeze(policy, freeze).allowed).toBe(isItsRepository && job.snapshot === 'btrfs');
      expect(permitThaw(policy, request('thaw', { ...at, id: 'one' })).allowed).toBe(isItsRepository);
      const what = { snapshot: 'abcdef12', include: [path], exclude: [], verify: false };
      const mayRestore = new Map(Object.entries(policy.repositories)).get(repository)?.restore === true;
      const from = { ...how, repository, ...what };
      const address = addressAt(policy, repository);
      expect(permitRestore(policy, request('restore', { ...from, address })).allowed).toBe(mayRestore);
      expect(permitRestore(policy, request('restore', from)).allowed).toBe(false);
      expect(permitVolume(policy, name).allowed).toBe(new Map(Object.entries(policy.volumes)).has(name));
      expect(permitMount(policy, name).allowed).toBe(new Map(Object.entries(policy.locations)).has(name));
    }),
    { numRuns: times(600) },
  );
});
