/** One thing that is wrong with options, and where in them. */
export interface OptionsIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export type OptionsResult<T> =
  { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly OptionsIssue[] };

/**
 * Checks options and fills in their defaults. The form is that of Standard Schema (version 1), which the objects of zod,
 * valibot and arktype have: a plug-in brings a schema of whichever it likes.
 */
export interface OptionsSchema<T = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => OptionsResult<T> | Promise<OptionsResult<T>>;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

/** A schema of a plain function, for who uses no library for them. */
export const optionsSchema = <T>(
  validate: (value: unknown) => OptionsResult<T> | Promise<OptionsResult<T>>,
): OptionsSchema<T> => ({ '~standard': { version: 1, vendor: 'umbracore', validate } });

/** The keys and indices that lead to what is wrong. */
export const issuePath = ({ path = [] }: OptionsIssue): readonly (string | number)[] =>
  path.map((step) => {
    const key = typeof step === 'object' ? step.key : step;
    return typeof key === 'symbol' ? String(key) : key;
  });
