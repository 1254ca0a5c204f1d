// Loaded into the daemon with `node --import`: writes down what its memory is every few seconds, for nothing outside can see its heap.
import { writeFileSync } from 'node:fs';

const file = process.env.UMBRA_SOAK_MEMORY;
if (file !== undefined && process.argv.includes('daemon')) {
  // Who ends daemons by their command line does not mean the one that is watched for an hour.
  process.title = 'umbra-soak';
  setInterval(() => writeFileSync(file, JSON.stringify(process.memoryUsage())), 2000).unref();
}
