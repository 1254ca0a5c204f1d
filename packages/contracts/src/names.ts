/** What jobs, repositories and other parts of a configuration may be called: it stands on snapshots, in commands and in file names. */
export const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** What a tag may be. Engines take tags as a list with commas. */
export const tagForm = /^[^,\s][^,]*$/;
