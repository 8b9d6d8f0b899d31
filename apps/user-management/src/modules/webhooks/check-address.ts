import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** No receiver is there, whoever allows what: metadata of cloud machines is on link-local addresses. */
const NEVER = new Set<string>(['unspecified', 'broadcast', 'multicast', 'linkLocal']);
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether events may be sent to this address: to a public one, by the registries of special addresses (RFC 6890) as
 * `ipaddr.js` has them. An IPv4 address in an IPv6 one (`::ffff:10.0.0.1`) is what it stands for; translated ones (NAT64,
 * 6to4, Teredo) lead to IPv4 addresses that nobody checks, and are not public.
 *
 * @param address as the resolver or a URL has it, without brackets
 * @param allowsPrivate also addresses of this machine and of private networks
 */
export function isAllowedAddress(address: string, allowsPrivate: boolean): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  const range: string = parsed.range();
  if (NEVER.has(range)) return false;
  if (allowsPrivate) return true;
  return range === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST));
}

/** The host of a URL as a resolver takes it. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/**
 * What is wrong with where a webhook is to lead. A name is resolved only when something is sent, and checked again each
 * time: what it leads to today says nothing about tomorrow.
 *
 * @returns one sentence for the person who asked; null when nothing is wrong
 */
export function faultOfUrl(url: URL, allowsPrivate: boolean): string | null {
  if (url.username !== '' || url.password !== '') return 'must not hold credentials';
  if (url.protocol !== 'https:' && !(allowsPrivate && url.protocol === 'http:')) return 'must start with https://';
  const host = hostOf(url);
  if (isIP(host) !== 0) return isAllowedAddress(host, allowsPrivate) ? null : 'must not lead to a private address';
  return allowsPrivate || isPublicName(host) ? null : 'must not lead to a private name';
}

/** Names of one word, and those below `localhost`, never lead outside. */
function isPublicName(host: string): boolean {
  const labels = host.replace(/\.$/, '').split('.');
  return labels.length > 1 && labels.at(-1) !== 'localhost';
}
