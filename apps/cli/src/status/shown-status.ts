import type { ScreenStream, ShowStatus } from '@umbracore/daemon';
import { globalDefaults } from '../global-options.ts';
import { Channel } from '../output/channel.ts';
import { Sheet } from '../output/screen.ts';
import { asciiSigns, unicodeSigns } from '../output/signs.ts';
import { Session } from '../session.ts';
import { answerStatus } from './answer-status.ts';

/** What `umbra status` writes on somebody's screen. */
export const showStatus: ShowStatus = async (standings, { stdout, stderr, unicode }) => {
  const out = new Sheet(stdout.columns);
  const err = new Sheet(stderr.columns);
  const screen = {
    stdout: new Channel(out, channelOptions(stdout)),
    stderr: new Channel(err, channelOptions(stderr)),
    signs: unicode ? unicodeSigns : asciiSigns,
  };
  await using session = new Session(globalDefaults, { screen });
  const exitCode = answerStatus(session, standings, {});
  return { stdout: out.text, stderr: err.text, exitCode };
};

const channelOptions = ({ colour }: ScreenStream) => ({ colour: colour ? 'always' : 'never', env: {} }) as const;
