/** Only for what hangs: the machine may be busy with other things, and frozen for a while. */
export const patienceMs = 900_000;
