import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** Kills what this process has started if it has computed for longer than that: a loop without end hears of no time limit. */
export function endBusyChildren(longestSeconds) {
  for (const thread of readdirSync('/proc/self/task')) {
    for (const pid of readFileSync(`/proc/self/task/${thread}/children`, 'latin1').split(' ').filter(Boolean)) {
      if (computedSeconds(pid) > longestSeconds) process.kill(Number(pid), 'SIGKILL');
    }
  }
}

/** 0 if it has ended meanwhile. */
function computedSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
    const [user, system] = [11, 12].map((at) => Number(fields[at]));
    return (user + system) / ticksPerSecond;
  } catch {
    return 0;
  }
}
