import type { BranchInput, ChainInput, ChainNodeInput, StepInput } from './schema/chain.ts';
import type { ConfigurationInput, RepositoryInput } from './schema/configuration.ts';
import type { DefaultsInput, JobInput, ProfileInput, UpstreamInput } from './schema/job.ts';
import type { CopyInput, DrillInput, ForgetInput } from './schema/kinds.ts';

type OneOrMore<Name> = Name | readonly Name[];

/** The names that a configuration may refer to. */
interface Names {
  readonly repository: string;
  readonly profile: string;
  /** Of jobs and chains. */
  readonly job: string;
  readonly resource: string;
}

/** Takes constants too: lists that are not changed may be of any kind. */
type Fixed<T> = T extends readonly (infer Item)[]
  ? readonly Fixed<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Fixed<T[Key]> }
    : T;

/** `Fields` with other types for some of them. */
type Retyped<Fields, Others> = Omit<Fixed<Fields>, keyof Others> & Others;

type DefinedAfter<N extends Names> = OneOrMore<N['job'] | Retyped<UpstreamInput, { readonly job: N['job'] }>>;

type DefinedCommon<N extends Names> = {
  readonly repository?: OneOrMore<N['repository']>;
  readonly uses?: N['resource'] | readonly N['resource'][] | Readonly<Partial<Record<N['resource'], number | 'all'>>>;
};

type DefinedKinds<N extends Names> = DefinedCommon<N> & {
  readonly after?: DefinedAfter<N>;
  readonly copy?: Retyped<
    CopyInput,
    {
      readonly from: N['repository'];
      readonly to?: OneOrMore<N['repository']>;
      readonly jobs?: OneOrMore<N['job']>;
    }
  >;
  readonly forget?: Retyped<ForgetInput, { readonly jobs?: OneOrMore<N['job']> }>;
  readonly drill?: true | Retyped<Exclude<DrillInput, true>, { readonly jobs?: OneOrMore<N['job']> }>;
};

type DefinedBranch<N extends Names> = N['job'] | Retyped<Exclude<BranchInput, string>, { readonly job: N['job'] }>;

type DefinedRepository<Repository> =
  Extract<RepositoryInput, string> | Retyped<Exclude<RepositoryInput, string>, { readonly sameChunkerAs?: Repository }>;

type Group = Pick<Fixed<StepInput>, 'on' | 'deadline'>;

type DefinedStep<N extends Names> =
  | DefinedBranch<N>
  | (Group & { readonly parallel: readonly DefinedBranch<N>[] })
  | (Group & { readonly any: readonly DefinedBranch<N>[] });

type DefinedChain<N extends Names> = Retyped<
  ChainInput,
  {
    readonly after?: DefinedAfter<N>;
    readonly steps?: readonly DefinedStep<N>[];
    readonly nodes?: Readonly<Record<string, Retyped<ChainNodeInput, { readonly job?: N['job'] }>>>;
  }
>;

/** A configuration whose references can only be names that it defines itself. */
export type DefinedConfiguration<
  Repository extends string,
  Profile extends string,
  Job extends string,
  Chain extends string,
  Resource extends string,
> = Retyped<
  ConfigurationInput,
  {
    readonly repositories: Readonly<Record<Repository, DefinedRepository<NoInfer<Repository>>>>;
    readonly resources?: Readonly<Record<Resource, number>>;
    readonly defaults?: Retyped<DefaultsInput, DefinedCommon<Known<Repository, Profile, Job, Chain, Resource>>>;
    readonly profiles?: Readonly<
      Record<
        Profile,
        Retyped<
          ProfileInput,
          DefinedKinds<Known<Repository, Profile, Job, Chain, Resource>> & {
            readonly extends?: OneOrMore<NoInfer<Profile>>;
          }
        >
      >
    >;
    readonly jobs?: Readonly<
      Record<
        Job,
        Retyped<
          JobInput,
          DefinedKinds<Known<Repository, Profile, Job, Chain, Resource>> & {
            readonly profile?: OneOrMore<NoInfer<Profile>>;
          }
        >
      >
    >;
    readonly chains?: Readonly<Record<Chain, DefinedChain<Known<Repository, Profile, Job, Chain, Resource>>>>;
  }
>;

/** Where the names are used they are not learned. */
interface Known<
  Repository extends string,
  Profile extends string,
  Job extends string,
  Chain extends string,
  Resource extends string,
> {
  readonly repository: NoInfer<Repository>;
  readonly profile: NoInfer<Profile>;
  readonly job: NoInfer<Job | Chain>;
  readonly resource: NoInfer<Resource | `repository:${Repository}`>;
}

/**
 * Types a configuration written in TypeScript; the default export of `umbra.config.ts`. A misspelt name of a repository,
 * profile, job, chain or resource is a compile error. Values are checked when the file is loaded.
 */
export const defineConfig = <
  const Repository extends string,
  const Profile extends string = never,
  const Job extends string = never,
  const Chain extends string = never,
  const Resource extends string = never,
>(
  configuration: DefinedConfiguration<Repository, Profile, Job, Chain, Resource>,
): DefinedConfiguration<Repository, Profile, Job, Chain, Resource> => configuration;
