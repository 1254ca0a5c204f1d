import type { ConfigurationInput, RepositoryInput } from './schema/configuration.ts';
import type { JobInput, ProfileInput } from './schema/job.ts';

type OneOrMore<Name> = Name | readonly Name[];

type DefinedFields<Fields, Repository> = Omit<Fields, 'repository'> & { readonly repository?: OneOrMore<Repository> };

type DefinedJob<Repository, Profile> = DefinedFields<Omit<JobInput, 'profile'>, Repository> & {
  readonly profile?: OneOrMore<Profile>;
};

type DefinedProfile<Repository, Profile> = DefinedFields<Omit<ProfileInput, 'extends'>, Repository> & {
  readonly extends?: OneOrMore<Profile>;
};

/** A configuration whose references can only be names that it defines itself. */
export type DefinedConfiguration<Repository extends string, Profile extends string> = Omit<
  ConfigurationInput,
  'repositories' | 'profiles' | 'jobs' | 'defaults'
> & {
  readonly repositories: Readonly<Record<Repository, RepositoryInput>>;
  readonly defaults?: DefinedFields<NonNullable<ConfigurationInput['defaults']>, NoInfer<Repository>>;
  readonly profiles?: Readonly<Record<Profile, DefinedProfile<NoInfer<Repository>, NoInfer<Profile>>>>;
  readonly jobs?: Readonly<Record<string, DefinedJob<NoInfer<Repository>, NoInfer<Profile>>>>;
};

/**
 * Types a configuration written in TypeScript; the default export of `umbra.config.ts`. A misspelt repository or profile
 * is a compile error. Values are checked when the file is loaded.
 */
export const defineConfig = <const Repository extends string, const Profile extends string = never>(
  configuration: DefinedConfiguration<Repository, Profile>,
): DefinedConfiguration<Repository, Profile> => configuration;
