import { closest, isUmbraError, reasonOf, UmbraError } from '@umbracore/contracts';
import type {
  ChannelDefinition,
  ChannelSetting,
  ChannelValues,
  NotifierKind,
  Notifiers,
  NotifierSetting,
  Secret,
  SecretResolver,
} from '@umbracore/contracts';
import { masked } from './masked.ts';

/** All kinds that plug-ins brought, with the secrets of channels resolved for them. */
export function notifiersOf(kinds: ReadonlyMap<string, NotifierKind>, secrets: SecretResolver): Notifiers {
  const kindOf = (channel: ChannelDefinition): NotifierKind => kinds.get(channel.kind) ?? unknownKind(channel, kinds);
  return {
    kinds: () => [...kinds.values()],
    check(channel) {
      const kind = kindOf(channel);
      checkSettings(kind, channel);
      kind.check?.(valuesOf(plainSettings(channel)));
    },
    async tryOut(channel) {
      await resolvedValues(channel, secrets);
    },
    async send(channel, message, signal) {
      const kind = kindOf(channel);
      const { values, resolved } = await resolvedValues(channel, secrets, signal);
      try {
        await kind.send(message, values, signal);
      } catch (thrown) {
        throw withoutSecrets(thrown, resolved, channel);
      }
    },
  };
}

async function resolvedValues(channel: ChannelDefinition, secrets: SecretResolver, signal?: AbortSignal) {
  const resolved: Secret[] = [];
  const resolve = async (setting: ChannelSetting): Promise<Value> => {
    if (typeof setting !== 'object') return setting;
    if (isList(setting)) return await Promise.all(setting.map(resolve));
    if ('from' in setting) {
      const secret = await secrets.resolve(setting.from, signal);
      resolved.push(secret);
      return secret.reveal();
    }
    const entries = Object.entries(setting.map).map(async ([key, one]) => [key, await resolve(one)] as const);
    return { map: Object.fromEntries(await Promise.all(entries)) };
  };
  const entries = Object.entries(channel.settings).map(async ([name, one]) => [name, await resolve(one)] as const);
  return { values: valuesOf(Object.fromEntries(await Promise.all(entries))), resolved };
}

type Value = string | number | boolean | readonly Value[] | { readonly map: Readonly<Record<string, Value>> };

const isList = (setting: ChannelSetting): setting is readonly ChannelSetting[] => Array.isArray(setting);

/** What can be known before anything is resolved. */
const plainSettings = ({ settings }: ChannelDefinition): Readonly<Record<string, Value>> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, setting]) => {
      const value = plain(setting);
      return value === undefined ? [] : [[name, value]];
    }),
  );

function plain(setting: ChannelSetting): Value | undefined {
  if (typeof setting !== 'object') return setting;
  if (isList(setting)) return setting.map((one) => plain(one) ?? '');
  if ('from' in setting) return undefined;
  return { map: Object.fromEntries(Object.entries(setting.map).map(([key, one]) => [key, plain(one) ?? ''])) };
}

function valuesOf(values: Readonly<Record<string, Value>>): ChannelValues {
  const of = (name: string): Value | undefined => (Object.hasOwn(values, name) ? values[name] : undefined);
  return {
    text(name) {
      const value = of(name);
      return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
    },
    texts(name) {
      const value = of(name);
      if (value === undefined || typeof value === 'boolean') return [];
      if (Array.isArray(value)) return value.map(String);
      return typeof value === 'object' ? [] : [String(value)];
    },
    number(name) {
      const value = of(name);
      return typeof value === 'number' ? value : undefined;
    },
    flag(name) {
      const value = of(name);
      return typeof value === 'boolean' ? value : undefined;
    },
    map(name) {
      const value = of(name);
      if (typeof value !== 'object' || !('map' in value)) return {};
      return Object.fromEntries(Object.entries(value.map).map(([key, one]) => [key, String(one)]));
    },
  };
}

const invalid = ({ name }: ChannelDefinition, setting: string, what: string, hint: string): UmbraError =>
  new UmbraError('config.invalid-value', `channel "${name}": ${what}`, { hint, context: { channel: name, setting } });

function checkSettings({ kind, settings }: NotifierKind, channel: ChannelDefinition): void {
  for (const [name, value] of Object.entries(channel.settings)) {
    const known = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (known === undefined) {
      const meant = closest(name, Object.keys(settings));
      const hint = meant === undefined ? `use: ${Object.keys(settings).join(', ')}` : `did you mean "${meant}"?`;
      throw new UmbraError('config.unknown-key', `channel "${channel.name}": ${kind} has no setting "${name}"`, {
        hint,
        context: { channel: channel.name, setting: name },
      });
    }
    const wrong = whyNot(known, value);
    if (wrong !== undefined) throw invalid(channel, name, `"${name}" ${wrong.what}`, wrong.hint);
  }
  const missing = Object.entries(settings).find(
    ([name, { required }]) => required === true && !(name in channel.settings),
  );
  if (missing !== undefined) {
    const [name, { text }] = missing;
    throw invalid(channel, 'type', `${kind} needs "${name}"`, `add "${name}": ${text}`);
  }
}

/** What is wrong with a setting; it is not repeated, for it may be a secret in the wrong place. */
function whyNot(
  { type, choices, text }: NotifierSetting,
  value: ChannelSetting,
): { readonly what: string; readonly hint: string } | undefined {
  const isReference = typeof value === 'object' && !isList(value) && 'from' in value;
  const wrong = (what: string, hint = text) => ({ what, hint });
  switch (type) {
    case 'secret':
      return isReference
        ? undefined
        : wrong('is a secret, and the file is no place for it', 'write env:NAME, file:PATH or { command: [program] }');
    case 'text':
      if (isReference) return undefined;
      if (typeof value !== 'string' || value === '') return wrong('is not a text');
      return choices === undefined || choices.includes(value) ? undefined : wrong(`is none of ${choices.join(', ')}`);
    case 'texts': {
      const all = typeof value === 'object' && isList(value) ? value : [value];
      const isGood =
        all.length > 0 && all.every((one) => typeof one === 'string' || typeof one === 'number' || isRef(one));
      return isGood ? undefined : wrong('is neither a text nor a list of texts');
    }
    case 'number':
      return typeof value === 'number' ? undefined : wrong('is not a number');
    case 'flag':
      return typeof value === 'boolean' ? undefined : wrong('is neither true nor false');
    case 'map':
      return typeof value === 'object' && !isList(value) && 'map' in value ? undefined : wrong('is not a map');
  }
}

const isRef = (value: ChannelSetting): boolean => typeof value === 'object' && !isList(value) && 'from' in value;

function unknownKind({ name, kind }: ChannelDefinition, kinds: ReadonlyMap<string, NotifierKind>): never {
  const meant = closest(kind, kinds.keys());
  throw new UmbraError('config.unknown-reference', `channel "${name}": there is no kind of channel "${kind}"`, {
    hint: meant === undefined ? `use one of: ${[...kinds.keys()].join(', ')}` : `did you mean "${meant}"?`,
    context: { channel: name, setting: 'type' },
  });
}

/** Never has the original as its cause: strangers write kinds too, and it may hold anything. */
function withoutSecrets(thrown: unknown, secrets: readonly Secret[], { name }: ChannelDefinition): UmbraError {
  const mask = masked(secrets);
  const message = reasonOf(thrown);
  if (!isUmbraError(thrown)) return new UmbraError('notify.unreachable', `channel ${name}: ${mask(message)}`);
  const { retryAfterMs } = thrown.context;
  return new UmbraError(thrown.code, `channel ${name}: ${mask(message)}`, {
    hint: thrown.hint === undefined ? undefined : mask(thrown.hint),
    context: { channel: name, ...(typeof retryAfterMs === 'number' && { retryAfterMs }) },
  });
}
