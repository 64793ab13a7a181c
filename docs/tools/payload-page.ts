// Pictures of what the bot sent to a platform: the payloads in order, rendered plainly and called so, never as the platform's own client.
import { join } from "node:path";
import type { Browser } from "playwright-core";
import sharp from "sharp";
import { escapeXml } from "../../src/charts/svg.js";

/** One payload: who did what for it, and its HTML. */
export interface Step {
  readonly did: string;
  /** Under it, where somebody else might have seen it. */
  readonly seenBy?: string;
  readonly html: string;
}

/** Writes docs/images/NAME.png. `columns`: side by side instead of one below the other. */
export async function shootSteps(
  browser: Browser,
  { name, platform, steps, columns = 1 }: { name: string; platform: string; steps: readonly Step[]; columns?: number },
): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 40 + 620 * columns, height: 100 }, deviceScaleFactor: 1.5 });
  const cards = steps.map(
    ({ did, seenBy, html }) =>
      `<section><p class="did">${escapeXml(did)}</p><article>${html}</article>${
        seenBy === undefined ? "" : `<p class="seen">${escapeXml(seenBy)}</p>`
      }</section>`,
  );
  const caption = `Rendered from the payload${steps.length === 1 ? "" : "s"} that the running bot sent; ${platform}'s own client looks different.`;
  await page.setContent(
    `<style>${STYLE} main { columns: ${columns}; }</style><main>${cards.join("")}</main><footer>${caption}</footer>`,
  );
  // A few colours do, and take less than half of the bytes.
  const png = await page.screenshot({ fullPage: true });
  await sharp(png)
    .png({ palette: true })
    .toFile(join(import.meta.dirname, `../images/${name}.png`));
  console.log(`docs/images/${name}.png`);
  await page.close();
}

/** Text as HTML; the signs of findings as drawn ones, since not every machine has a font for them. */
export function textHtml(text: string): string {
  return escapeXml(text)
    .replaceAll("\u2060", "")
    .replace(/(✅|ℹ|⚠|❌)\uFE0F?/gu, (_, sign: string) => SIGNS[sign] ?? sign)
    .replaceAll("\n", "<br>");
}

export function pictureHtml(bytes: Uint8Array, alt: string): string {
  return `<img alt="${escapeXml(alt)}" src="data:image/png;base64,${Buffer.from(bytes).toString("base64")}">`;
}

/** `style`: primary, danger, or anything else for a plain one. */
export function buttonHtml(label: string, style = ""): string {
  return `<span class="button ${escapeXml(style)}">${textHtml(label)}</span>`;
}

export function listHtml(placeholder: string, count: number): string {
  return `<span class="list">${textHtml(placeholder)}<span>${count} to choose from ▾</span></span>`;
}

export function inputHtml(label: string, help: string, typed: string): string {
  return `<div class="input"><b>${textHtml(label)}</b><div>${textHtml(typed)}</div><small>${textHtml(help)}</small></div>`;
}

export function formHtml(title: string, body: string, buttons: readonly string[]): string {
  return `<h2>${textHtml(title)}</h2>${body}<div class="row end">${buttons.join("")}</div>`;
}

const SIGNS: Readonly<Record<string, string>> = {
  "✅": '<i class="sign" style="background:#22a06b">✓</i>',
  ℹ: '<i class="sign" style="background:#3b82f6">i</i>',
  "⚠": '<i class="sign" style="background:#b98900">!</i>',
  "❌": '<i class="sign" style="background:#d64545">✕</i>',
};

const STYLE = `
body { margin: 0; padding: 20px; background: #eef0f3; color: #1c2128; font: 15px/1.45 "DejaVu Sans", sans-serif; }
main { column-gap: 20px; } section { break-inside: avoid; padding-bottom: 16px; }
.did, .seen, footer { margin: 0 2px 6px; color: #59636e; font-size: 13px; } .seen { margin: 6px 2px 0; } footer { margin: 0 2px; }
article { background: #fff; border: 1px solid #d5dae0; border-radius: 8px; padding: 4px 16px 14px; overflow-wrap: anywhere; }
article > *, .accent > * { margin: 10px 0 0; } h2 { font-size: 18px; } h3 { font-size: 16px; }
.accent { border-left: 4px solid; margin-left: -10px; padding-left: 10px; }
blockquote { border-left: 3px solid #c3cad2; padding-left: 10px; color: #3a424b; }
code { background: #f0f2f5; border-radius: 3px; padding: 0 3px; font: 13px "DejaVu Sans Mono", monospace; }
pre { background: #f0f2f5; border-radius: 5px; padding: 8px 10px; font: 12.5px/1.4 "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
ul, ol { padding-left: 22px; } li { margin-top: 3px; } small { color: #59636e; } img { max-width: 100%; border-radius: 5px; display: block; }
.row { display: flex; flex-wrap: wrap; gap: 8px; } .end { justify-content: flex-end; }
.button { border: 1px solid #b6bec8; border-radius: 5px; padding: 4px 12px; font-size: 14px; font-weight: bold; }
.button.primary { background: #2b5fc7; border-color: #2b5fc7; color: #fff; } .button.danger { background: #b93a3a; border-color: #b93a3a; color: #fff; }
.list, .file { border: 1px solid #b6bec8; border-radius: 5px; padding: 5px 10px; display: flex; flex: 1; justify-content: space-between; gap: 12px; }
.list span { color: #59636e; } .input div { border: 1px solid #b6bec8; border-radius: 5px; padding: 7px 10px; margin: 5px 0; min-height: 44px; }
.sign { display: inline-block; width: 16px; height: 16px; border-radius: 8px; color: #fff; font: bold 11px/16px "DejaVu Sans", sans-serif; text-align: center; vertical-align: 1px; }`;
