// Which hosts a file may come from: exact names, names with a port, and whole domains as *.example.com.

/** A pattern without a port means any port; comparison is by ASCII name, as `URL` writes it. */
export function isAllowed(address: URL, patterns: readonly string[]): boolean {
  const host = address.hostname.toLowerCase().replace(/\.$/, "");
  const port = address.port === "" ? (address.protocol === "https:" ? "443" : "80") : address.port;
  return patterns.some((pattern) => {
    const { name, port: wanted } = split(pattern.toLowerCase());
    if (wanted !== undefined && wanted !== port) return false;
    return name.startsWith("*.") ? host.endsWith(name.slice(1)) && host.length >= name.length : host === name;
  });
}

function split(pattern: string): { name: string; port?: string } {
  const match = /^(.*?)(?::(\d+))?$/.exec(pattern);
  const [, name = pattern, port] = pattern.startsWith("[")
    ? (/^(\[.*\])(?::(\d+))?$/.exec(pattern) ?? [])
    : (match ?? []);
  return port === undefined ? { name } : { name, port };
}
