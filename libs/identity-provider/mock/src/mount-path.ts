import type { IncomingMessage } from 'node:http';

/** What oidc-provider reads of a mounted request, next to `url`. */
type MountedRequest = IncomingMessage & { originalUrl?: string; baseUrl?: string };

/** Where the issuer lives. */
export interface Mount {
  /** Without a slash at the end; empty for an issuer at the root. */
  path: string;
  /** With the port. */
  host: string;
}

/** Taken from the issuer's address. */
export function mountOf(issuer: string): Mount {
  const { pathname, host } = new URL(issuer);
  return { path: pathname.replace(/\/$/, ''), host };
}

/**
 * Brings a request into the form oidc-provider expects, `url` without the mount path and `originalUrl` with it,
 * whether or not the caller has stripped the path already. The library builds its absolute URLs from these.
 */
export function applyMount(req: MountedRequest, mount: Mount): void {
  const url = req.url ?? '/';
  const isWhole = mount.path !== '' && (url === mount.path || /^[/?]/.test(afterPrefix(url, mount.path)));
  const path = isWhole ? url.slice(mount.path.length) : url;
  req.url = path.startsWith('/') ? path : `/${path}`;
  req.originalUrl = `${mount.path}${req.url}`;
  req.baseUrl = mount.path;
  replaceBrokenHost(req, mount.host);
}

/** The library puts the host into addresses as it is, and fails on one that can't be part of an address. */
function replaceBrokenHost(req: IncomingMessage, host: string): void {
  if (!isHost(req.headers.host)) req.headers.host = host;
  if (!isHost(req.headers['x-forwarded-host'])) delete req.headers['x-forwarded-host'];
}

function isHost(host: unknown): boolean {
  return typeof host === 'string' && /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}`);
}

/** The path of a request that went through `applyMount`, without its query. */
export function pathOf(req: IncomingMessage): string {
  return req.url?.split('?')[0] ?? '/';
}

function afterPrefix(url: string, prefix: string): string {
  return url.startsWith(prefix) ? url.slice(prefix.length) : '';
}
