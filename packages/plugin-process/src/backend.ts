import type * as z from 'zod';
import {
  defineBackend,
  type Ability,
  type BackendFactory,
  type BackendParts,
  type BackendRepository,
  type Live,
} from '@umbracore/contracts';
import { ask, type Program, type Question } from './ask.ts';
import type { Doubts } from './doubts.ts';
import { Handover } from './handover.ts';
import type { Asking } from './kinds.ts';
import { badOutput, parsed } from './messages.ts';
import * as values from './values.ts';

/** How a program describes a backend. */
export type DescribedBackend = values.Described['backends'][number];

/** So many snapshots of one repository are taken from a program. */
const mostSnapshots = 1_000_000;

/** A backend whose operations are questions to a program. */
export const programBackend = (asking: Asking, described: DescribedBackend, version: string): BackendFactory =>
  defineBackend(described.name, (repository) => new Operations(asking, described, repository).parts(version));

/** Given to the program with every question. Its secrets only where it says that it needs them. */
function whereabouts({ definition, password, env }: BackendRepository, { secrets }: DescribedBackend) {
  const { name, location, options, compression, packSizeBytes } = definition;
  const revealed = Object.entries(env).map(([key, value]) => [key, value.reveal()]);
  return {
    name,
    location,
    options,
    compression,
    packSizeBytes,
    ...(secrets && { password: password?.reveal(), env: Object.fromEntries(revealed) }),
  };
}

class Operations {
  readonly #program: Program;
  readonly #described: DescribedBackend;
  readonly #repository: BackendRepository;
  readonly #options: unknown;
  readonly #doubts: Doubts;

  constructor({ program, doubts, options }: Asking, described: DescribedBackend, repository: BackendRepository) {
    this.#program = program;
    this.#doubts = doubts;
    this.#described = described;
    this.#repository = repository;
    this.#options = options;
  }

  parts(version: string): BackendParts {
    const { supports } = this.#described;
    const can = (ability: Ability): boolean => supports.some((one) => one === ability);
    return {
      version,
      program: this.#program.command.program,
      also: supports.filter((one) =>
        ['archive', 'check-data', 'compression', 'dry-run'].includes(one),
      ) as BackendParts['also'],
      open: (live) => this.#ask('open', {}, values.facts, live),
      create: (live) => this.#ask('create', {}, values.facts, live),
      backup: (spec, live) => this.#ask('backup', { spec, limits: live.limits }, values.backup, live, 'working'),
      restore: (spec, live) => this.#ask('restore', { spec, limits: live.limits }, values.restore, live, 'working'),
      snapshots: (live) => this.#snapshots(live),
      ...(can('list') && { list: (id, path, live) => this.#list(id, path, live) }),
      ...(can('dump') && {
        dump: async (id, path, chunk, live) => {
          const params = { snapshot: id, path, archive: live.archive };
          await this.#ask('dump', params, values.nothing, live, 'reading', { chunk });
        },
      }),
      ...(can('check') && { check: (scope, live) => this.#ask('check', { scope }, values.check, live, 'working') }),
      ...(can('forget') && {
        forget: async (snapshots, live) =>
          void (await this.#ask('forget', { snapshots }, values.nothing, live, 'working')),
      }),
      ...(can('prune') && {
        prune: async (live) => void (await this.#ask('prune', {}, values.nothing, live, 'working')),
      }),
      ...(can('statistics') && {
        statistics: async (live) => {
          const answer = await this.#ask('statistics', {}, values.statistics, live);
          return { uncompressedBytes: undefined, ...answer };
        },
      }),
      ...(can('tag') && {
        tag: async (snapshots, add, remove, operation) => {
          const params = { snapshots, add, remove };
          return new Map(Object.entries(await this.#ask('tag', params, values.renamed, operation, 'working')));
        },
      }),
    };
  }

  async #ask<T>(
    method: string,
    params: Question['params'],
    schema: z.ZodType<T>,
    operation: Live,
    patience: Question['patience'] = 'reading',
    takers: Pick<Question, 'items' | 'chunk'> = {},
  ): Promise<T> {
    const { name } = this.#described;
    await this.#doubts.settle({ what: 'backend', name }, this.#repository.definition.options);
    const answer = await ask(this.#program, {
      method: `backend.${method}`,
      params: {
        backend: name,
        repository: whereabouts(this.#repository, this.#described),
        options: this.#options,
        ...params,
      },
      patience,
      signal: operation.signal,
      report: operation.report,
      note: operation.note,
      ...takers,
    });
    return parsed(schema, answer ?? {}, this.#program.name, `answered "backend.${method}" wrongly`);
  }

  async #snapshots(live: Live) {
    const found: z.infer<typeof values.snapshot>[] = [];
    const items = (some: readonly unknown[]): void => {
      if (found.length > mostSnapshots)
        throw badOutput(this.#program.name, `named more than ${mostSnapshots} snapshots`);
      for (const one of some) found.push(parsed(values.snapshot, one, this.#program.name, 'named a snapshot wrongly'));
    };
    await this.#ask('snapshots', {}, values.nothing, live, 'reading', { items });
    return found;
  }

  async *#list(snapshot: string, path: string | undefined, live: Live) {
    const left = new AbortController();
    const signal = AbortSignal.any([live.signal, left.signal]);
    const lots = new Handover<unknown>();
    const items = (some: readonly unknown[]) => lots.give(some);
    const asked = this.#ask('list', { snapshot, path }, values.nothing, { ...live, signal }, 'reading', { items }).then(
      () => lots.end(),
      (error: unknown) => lots.fail(error),
    );
    try {
      for (;;) {
        const lot = await lots.take();
        if (lot === undefined) return;
        for (const one of lot) yield parsed(values.entry, one, this.#program.name, 'listed an entry wrongly');
      }
    } finally {
      // Whoever has seen enough needs the rest no more.
      left.abort();
      await asked;
    }
  }
}
