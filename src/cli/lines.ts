// Lines of a stream, each of bounded length: a line that is too long is cut and marked, never collected.

export interface Line {
  readonly text: string;
  /** Longer than the bound; `text` is its beginning. */
  readonly tooLong: boolean;
}

/** Splits at \n (a \r before it goes); a last line without \n counts. `bound` in characters. */
export async function* linesOf(stream: AsyncIterable<string | Buffer>, bound: number): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8");
  let rest = "";
  let tooLong = false;
  const line = (text: string): Line => ({
    text: text.slice(0, bound).replace(/\r$/, ""),
    tooLong: tooLong || text.length > bound,
  });
  for await (const chunk of stream) {
    const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
      yield line(rest + text.slice(from, at));
      [rest, tooLong, from] = ["", false, at + 1];
    }
    rest += text.slice(from);
    if (rest.length > bound) [rest, tooLong] = [rest.slice(0, bound), true];
  }
  rest += decoder.decode();
  if (rest !== "" || tooLong) yield line(rest);
}
