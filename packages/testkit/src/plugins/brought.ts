import {
  checkingHost,
  isUmbraError,
  issuePath,
  reasonOf,
  silentLog,
  UmbraError,
  type BackendFactory,
  type ConditionKind,
  type HookKind,
  type NotifierKind,
  type OptionsResult,
  type OptionsSchema,
  type Plugin,
  type PluginHost,
  type SecretProvider,
  type Sensor,
} from '@umbracore/contracts';

/** What a plug-in registers, by name. */
export interface Brought {
  readonly backends: ReadonlyMap<string, BackendFactory>;
  readonly conditions: ReadonlyMap<string, ConditionKind>;
  readonly secrets: ReadonlyMap<string, SecretProvider>;
  readonly notifiers: ReadonlyMap<string, NotifierKind>;
  readonly sensors: ReadonlyMap<string, Sensor>;
  readonly hooks: ReadonlyMap<string, HookKind>;
}

/** Has a plug-in register what it brings. Throws `plugin.invalid` if it takes a name twice, refuses its options, or fails. */
export async function broughtBy(plugin: Plugin, given: unknown): Promise<Brought> {
  const backends = new Map<string, BackendFactory>();
  const sensors = new Map<string, Sensor>();
  const conditions = new Map<string, ConditionKind>();
  const secrets = new Map<string, SecretProvider>();
  const notifiers = new Map<string, NotifierKind>();
  const hooks = new Map<string, HookKind>();
  const add = <T>(to: Map<string, T>, name: string, value: T): void => {
    if (to.has(name)) throw new UmbraError('plugin.invalid', `${plugin.name} brings ${name} twice`);
    to.set(name, value);
  };
  const options = await checkedOptions(plugin, given);
  const host: PluginHost = {
    log: silentLog,
    addBackend: (name, factory) => add(backends, name, factory),
    addSensor: (sensor) => add(sensors, sensor.kind, sensor),
    addCondition: (kind) => add(conditions, kind.kind, kind),
    addSecretProvider: (provider) => add(secrets, provider.scheme, provider),
    addNotifier: (kind) => add(notifiers, kind.kind, kind),
    addHook: (kind) => add(hooks, kind.kind, kind),
  };
  try {
    await plugin.register(checkingHost(host, plugin.name), options);
  } catch (thrown) {
    throw faultOf(plugin, 'was registered', thrown, 'Correct its `register`.');
  }
  return { backends, conditions, secrets, notifiers, sensors, hooks };
}

/** What the code of a plug-in threw is the fault of the plug-in. */
function faultOf({ name }: Plugin, when: string, thrown: unknown, hint: string): UmbraError {
  if (isUmbraError(thrown)) return thrown;
  const reason = reasonOf(thrown);
  return new UmbraError('plugin.invalid', `${name} failed when it ${when}: ${reason}`, { hint, cause: thrown });
}

async function validated(plugin: Plugin, schema: OptionsSchema, given: unknown): Promise<OptionsResult<unknown>> {
  try {
    return await schema['~standard'].validate(given);
  } catch (thrown) {
    throw faultOf(plugin, 'checked its options', thrown, 'Correct the `validate` of its `options`.');
  }
}

async function checkedOptions(plugin: Plugin, given: unknown): Promise<unknown> {
  const { name, options } = plugin;
  if (options === undefined) return given;
  const result = await validated(plugin, options, given ?? {});
  if (result.issues === undefined) return result.value;
  const lines = result.issues.map((issue) => [...issuePath(issue), issue.message].join(': '));
  throw new UmbraError('plugin.invalid', `${name} refuses the options of its trial: ${lines.join('; ')}`, {
    hint: 'Correct `options` in its `trials`.',
  });
}
