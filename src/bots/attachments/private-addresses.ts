// Addresses that no file of a chat platform has: loopback, private networks, link-local with its metadata services.
import { lookup as systemLookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** IANA's special-purpose address registries (RFC 6890), as far as a connection could be made to them. */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  PRIVATE.addSubnet(network, bits, "ipv4");
for (const [network, bits] of [
  ["::", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const)
  PRIVATE.addSubnet(network, bits, "ipv6");

/** A literal address (brackets allowed) of a private network, or a name that always means this machine. A mapped IPv4 address counts as IPv4. */
export function isPrivate(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  const version = isIP(bare);
  if (version === 0) return /(^|\.)localhost\.?$/.test(bare);
  // BlockList compares ::ffff:a.b.c.d with the IPv4 networks by itself.
  return PRIVATE.check(bare, version === 6 ? "ipv6" : "ipv4");
}

/** `dns.lookup` that refuses a name of which any address is private. */
export const publicLookup: LookupFunction = (host, options, callback) => {
  systemLookup(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const inside = addresses.find(({ address }) => isPrivate(address));
    const [first] = addresses;
    if (inside !== undefined || first === undefined)
      return callback(new Error(`${host} is at ${inside?.address ?? "no address"}, where no file is fetched from`), []);
    if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
