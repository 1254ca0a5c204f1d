import type { Action } from '../command.ts';
import { version } from '../version.ts';

export const action: Action<object> = async (session) => {
  const node = process.versions.node;
  if (session.json) session.document('version', { version, node, platform: process.platform, arch: process.arch });
  else session.say(`umbra ${version}, Node ${node}, ${process.platform} ${process.arch}`);
};
