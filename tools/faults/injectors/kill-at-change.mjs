// Loaded into the program with `node --import`: counts the changes that a restore makes to the disk and kills the process with
// SIGKILL just before or just after the one that UMBRA_KILL_CHANGE names, such as `17:before`. With UMBRA_KILL_COUNT it counts
// into that file.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [at, when] = (process.env.UMBRA_KILL_CHANGE ?? ':').split(':');
const count = process.env.UMBRA_KILL_COUNT;
const { writeFileSync } = fs;
let changes = 0;

const isOfRestore = (args) =>
  args.some((each) => typeof each !== 'object' || Buffer.isBuffer(each))
    ? /umbra-restore-|\/restores\/x-|\/proc\/self\/fd\//.test(args.map(String).join(' '))
    : false;

const names = 'chmodSync chownSync linkSync mkdirSync renameSync rmdirSync unlinkSync utimesSync writeFileSync'.split(
  ' ',
);
for (const name of names) {
  const original = fs[name];
  fs[name] = (...args) => {
    if (!isOfRestore(args)) return original(...args);
    changes += 1;
    if (count) writeFileSync(count, String(changes));
    const due = String(changes) === at;
    if (due && when === 'before') process.kill(process.pid, 'SIGKILL');
    const answer = original(...args);
    if (due && when === 'after') process.kill(process.pid, 'SIGKILL');
    return answer;
  };
}
syncBuiltinESMExports();
