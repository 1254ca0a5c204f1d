import { fetchedServers } from '../servers.mjs';

/** Tells tests where the servers are that the test command brought. */
export default function servers() {
  Object.assign(process.env, fetchedServers());
}
