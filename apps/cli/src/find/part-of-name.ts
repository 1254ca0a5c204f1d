/** A text as a pattern that fits nothing else. */
export const literally = (text: string): string => text.replaceAll(/[\\[\]*?]/g, String.raw`\$&`);

/** The pattern that fits every name that has this text in it, whatever characters it has. */
export const partOfName = (text: string): string => `*${literally(text)}*`;
