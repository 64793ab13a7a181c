// A learner's raw text → plain lower-case text that the tokeniser can read: Unicode, quotes, dashes, contractions.

/** Control, zero-width and bidirectional characters carry no meaning in an answer and can hide some. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;

/** "sep. convs": a dot that ends no sentence, as the small letter after it shows. */
const ABBREVIATION =
  /\b(sep|incl|resp|conv|max|min|avg|param|params|dim|dims|eq|fig|dept|arch|normal|norm)\.(?=\s+[a-z(])/g;

/** "1 smaller batch 2 smaller images 3 …": a list in one line. */
const NUMBERED = /^\s*1[.):]?\s+\p{L}[^\n]*\s2[.):]?\s+\p{L}[^\n]*\s3[.):]?\s+\p{L}/u;

const SPACES = /[ \f\v\u00a0]+/g;

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/&lt;/g, "<"],
  [/&gt;/g, ">"],
  [/&amp;/g, "&"],
  [/[‘’‚‛`´ʼ]/g, "'"],
  [/[“”„«»]/g, '"'],
  [/[‐‑‒]/g, "-"],
  [/\s*[–—―]\s*/g, " -- "],
  [/(?<=\S) - (?=\S)/g, " -- "],
  [/[↓⬇↘⇩]/g, " lower "],
  [/[↑⬆↗⇧]/g, " higher "],
  [/[→⇒➔➜]|[-=]+>/g, " -> "],
  [/[×✕✖⨯∗]/g, "x"],
  [/[·⋅•‣▪●◦]/g, " · "],
  [/[≈≃~]/g, " about "],
  [/±/g, " plus or minus "],
  [/≥|>=/g, " at least "],
  [/≤|<=/g, " at most "],
  [/\bw\/o\b/gi, "without"],
  [/\bw\/(?=\s|\w)/gi, "with "],
  [/\bb\/c\b/gi, "because"],
  [/\bvs\b\.?/gi, "versus"],
  [/\be\.\s?g\b\.?/gi, "for example"],
  [/\bi\.\s?e\b\.?/gi, "that is"],
  [/\betc\b\.?/gi, "and so on"],
  [/\bpos\b\.?(?=\s)/gi, "position"],
  [/(?<!\p{L})px\b/giu, " pixels"],
  [/\b(?:nbrs?|neighb|neighbs)\b\.?/gi, "neighbour"],
  // "batch / 4", "width/2": a part of it, where it is no list of values.
  [/(?<=\p{L}{2})\s?[/÷]\s?([248]|10|16|32)(?![\d%\p{L}/]|[.,]\d)/giu, " divided by $1"],
  [/\bapprox\b\.?/gi, "about"],
  [/\bcca?\.\s(?=\d)/gi, "about "],
  // Every misspelling of "doesn't": dosent, doesnt, dosen't, doens't, dose'nt …
  [
    /\b(?:doesn'?t|dosen'?t|doesen'?t|dosn'?t|doens'?t|dosent'?|dose'?nt|doesnot|dosnot|doesn'?t|doesn t|doesn(?!'))\b/gi,
    "does not",
  ],
  [/\b(can|do|does|did|is|are|was|were|has|have|had|would|could|should|wo|must|need)'?n?'?t\b(?<=n'?t)/gi, "$1 not"],
  [/\bcannot\b/gi, "can not"],
  [/\b(it|that|there|here|what|who|they|we|you|i)'(s|re|m|ve|ll|d)\b/gi, "$1 is"],
  [/\b(im)\b/gi, "i am"],
  [/(\w)'s\b/g, "$1"],
];

/** Joints of a sentence that are mistyped so often that a sentence would fall apart wrongly. */
const JOINTS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:wheras|whearas|wereas|wheareas|where as|whereaz|wheres as)\b/g, "whereas"],
  [/\b(?:becuase|becasue|becouse|becaus|beacuse|bcause|becuz|becos|cuz|coz|bcoz|bcz|bc)\b/g, "because"],
  [/\b(?:altough|allthough|althogh|altho)\b/g, "although"],
  [/\b(?:wich|whcih|whch|wihch)\b/g, "which"],
  [/\b(?:wihtout|witout|withot|withuot|whitout)\b/g, "without"],
  [/\b(?:insted|insteed|intead)\b/g, "instead"],
  [/\b(?:unlik|unlkie|unliek)\b/g, "unlike"],
  [/\b(?:adn|nad)\b|(?<=\p{L}{2}\s)[n&](?=\s\p{L}{2})/gu, "and"],
  [/\b(?:teh|hte|th)\b/g, "the"],
  [/\b(?:hav|hvae|ahve)\b/g, "have"],
];

/** Contractions whose expansion above leaves half a word. */
const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/\bca not\b/g, "can not"],
  [/\bwo not\b/g, "will not"],
  [/\b(do|does|is|are|has|have|was|were) nt\b/g, "$1 not"],
];

/** Lower case, NFKC, straight quotes, spelled-out abbreviations; line breaks are kept. */
export function normalise(text: string): string {
  let out = text
    .normalize("NFKC")
    .replace(/\r\n?/g, "\n")
    .replace(/\t/g, " ")
    .replace(INVISIBLE, (character) => (character === "\n" ? "\n" : ""))
    .replace(ABBREVIATION, "$1")
    .toLowerCase()
    .replace(SPACES, " ");
  for (const [pattern, replacement] of [...REPLACEMENTS, ...JOINTS]) out = out.replace(pattern, replacement);
  for (const [pattern, replacement] of CONTRACTIONS) out = out.replace(pattern, replacement);
  if (NUMBERED.test(out)) out = out.replace(/(?:^|\s)[1-9][.):]?\s+(?=\p{L})/gu, "\n");
  return out.replace(SPACES, " ").trim();
}
