// A person's name, or any foreign word, as it may be shown: one line, no control characters, bounded.

const LONGEST = 60;

/** Control, bidirectional and zero-width characters go; a name of nothing becomes "someone". */
export function displayName(name: string): string {
  const clean = name
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  // Many combining marks on one letter pile up over the lines above.
  const flat = clean.replace(/(\p{M}{3})\p{M}+/gu, "$1");
  const characters = [...flat];
  const short = characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join("")}…` : flat;
  return short === "" ? "someone" : short;
}
