// Loaded into the program with `node --import`: counts the statements that reach the journal and kills the process with
// SIGKILL just before or just after the one that UMBRA_KILL_AT names, such as `17:before`. With UMBRA_KILL_COUNT it counts into
// that file; at once, for the program may end by giving its place to another one, which no listener is told of.
import { writeFileSync } from 'node:fs';
import { DatabaseSync, StatementSync } from 'node:sqlite';

const [at, when] = (process.env.UMBRA_KILL_AT ?? ':').split(':');
const count = process.env.UMBRA_KILL_COUNT;
let statements = 0;

function counted(prototype, method) {
  const original = prototype[method];
  prototype[method] = function (...args) {
    statements++;
    if (count) writeFileSync(count, String(statements));
    const due = String(statements) === at;
    if (due && when === 'before') process.kill(process.pid, 'SIGKILL');
    const answer = original.apply(this, args);
    if (due && when === 'after') process.kill(process.pid, 'SIGKILL');
    return answer;
  };
}

for (const method of ['run', 'all', 'get', 'iterate']) counted(StatementSync.prototype, method);
counted(DatabaseSync.prototype, 'exec');
