// What a machine's folders are called is nobody's business in a channel; the log and the command line have the whole path.

/** An absolute path of two parts or more, at the beginning of a word; addresses and commands are none. */
const PATH = /(?<=^|[\s"'(«])(?:[A-Za-z]:)?(?:[/\\][^\s"'()/\\]+)+[/\\]([^\s"'()/\\]+)[/\\]?/gu;

/** The text with every path shortened to its last part. */
export const withoutServerPaths = (text: string): string => text.replaceAll(PATH, "$1");
