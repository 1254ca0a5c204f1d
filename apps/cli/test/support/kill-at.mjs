// Loaded into the program with `node --import`: counts the statements that reach the journal and kills the process with
// SIGKILL just before or just after the one that UMBRA_KILL_AT names, such as `17:before`. Without UMBRA_KILL_AT it only counts, into
// the file UMBRA_KILL_COUNT.
import { writeFileSync } from 'node:fs';
import { DatabaseSync, StatementSync } from 'node:sqlite';

const [at, when] = (process.env.UMBRA_KILL_AT ?? ':').split(':');
let statements = 0;

function counted(prototype, method) {
  const original = prototype[method];
  prototype[method] = function (...args) {
    statements++;
    const due = String(statements) === at;
    if (due && when === 'before') process.kill(process.pid, 'SIGKILL');
    const answer = original.apply(this, args);
    if (due && when === 'after') process.kill(process.pid, 'SIGKILL');
    return answer;
  };
}

for (const method of ['run', 'all', 'get', 'iterate']) counted(StatementSync.prototype, method);
counted(DatabaseSync.prototype, 'exec');

if (process.env.UMBRA_KILL_COUNT) {
  process.on('exit', () => writeFileSync(process.env.UMBRA_KILL_COUNT, String(statements)));
}
