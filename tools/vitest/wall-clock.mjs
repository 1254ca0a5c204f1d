import { faketimeVariable, fetchedFaketime } from '../faketime.mjs';

/** Tells tests where the library is with which they move the clock of a process, if it is there and works. */
export default function wallClock() {
  const library = fetchedFaketime();
  if (library === undefined) delete process.env[faketimeVariable];
  else process.env[faketimeVariable] = library;
}
