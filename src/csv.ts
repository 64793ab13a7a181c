// Tables for spreadsheets.

/** RFC 4180 with a byte order mark, so that spreadsheets read names right; a cell never starts a formula. */
export function csv(rows: readonly (readonly string[])[]): string {
  return `\ufeff${rows.map((cells) => cells.map(cell).join(",")).join("\r\n")}\r\n`;
}

function cell(text: string): string {
  // OWASP, "CSV injection": =, +, -, @, their full-width forms, tab, return and line feed start a formula in a spreadsheet.
  const safe = /^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
