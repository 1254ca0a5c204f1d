// Loaded into a shim before its own program: making a file durable takes until the gate is open, as on a busy disk.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const gate = new URL(import.meta.url).searchParams.get('gate');
const fsync = fs.fsyncSync;

fs.fsyncSync = (descriptor) => {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (!fs.existsSync(gate)) Atomics.wait(pause, 0, 0, 10);
  fsync(descriptor);
};
syncBuiltinESMExports();
