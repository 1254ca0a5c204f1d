import type { NotifierKind } from '@umbracore/contracts';
import { command } from './command.ts';
import { desktop } from './desktop.ts';
import { discord } from './discord.ts';
import { email } from './email.ts';
import { gotify } from './gotify.ts';
import { healthchecks } from './healthchecks.ts';
import { matrix } from './matrix.ts';
import { ntfy } from './ntfy.ts';
import { pushover } from './pushover.ts';
import { slack } from './slack.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';

/** The ways to tell people that come with the product. `env` is what programs are looked up in. */
export const builtinNotifiers = (env: Readonly<Record<string, string | undefined>>): readonly NotifierKind[] => [
  email(),
  webhook(),
  ntfy(),
  slack(),
  discord(),
  telegram(),
  gotify(),
  pushover(),
  matrix(),
  healthchecks(),
  desktop(env),
  command(env),
];
