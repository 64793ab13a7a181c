// SVG text → PNG bytes with the font that ships; never a font or a file of the machine.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { paint } from "./painter.js";

const FONTS = join(fileURLToPath(import.meta.url), "../../../assets/fonts");

/** Twice the nominal size, so that text stays sharp on a phone. */
const SCALE = 2;

/** PNG of an SVG document whose text uses the family "DejaVu Sans". Rejects for what is no SVG, which is a bug of the caller. */
export function toPng(svg: string): Promise<Uint8Array> {
  return paint(svg, {
    font: {
      fontFiles: [join(FONTS, "DejaVuSans.ttf"), join(FONTS, "DejaVuSans-Bold.ttf")],
      loadSystemFonts: false,
      defaultFontFamily: "DejaVu Sans",
    },
    fitTo: { mode: "zoom", value: SCALE },
  });
}

/** Text that may stand in SVG, whatever it holds. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, "")
    .replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
