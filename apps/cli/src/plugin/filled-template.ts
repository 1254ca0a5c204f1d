/** What a template says for one plug-in. */
export const filledTemplate = (
  text: string,
  { name, version }: { readonly name: string; readonly version: string },
): string =>
  text.replaceAll('{{name}}', name).replaceAll('{{identifier}}', identifierOf(name)).replaceAll('{{version}}', version);

/** `my-tape` as it is written in a program: `myTape`. One that a program means something by gets another. */
function identifierOf(name: string): string {
  const camel = name.replaceAll(/-+(\w?)/g, (_, letter: string) => letter.toUpperCase());
  return taken.has(camel) ? `${camel}Backend` : camel;
}

/** Words of the language, and what the template itself uses. */
const taken: ReadonlySet<string> = new Set(
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield test join sep access cp lstat mkdir readdir rename rm saving restoring faithfully'.split(
    ' ',
  ),
);
