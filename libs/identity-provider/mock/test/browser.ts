interface Cookie {
  name: string;
  value: string;
  path: string;
}

/** What a browser does with cookies and forms, without following redirects. */
export class Browser {
  #cookies: Cookie[] = [];

  async get(url: string): Promise<Response> {
    return this.#send(url, {});
  }

  /** @param site what the browser says of the page that sends the form */
  async post(url: string, form: Record<string, string>, site = 'same-origin'): Promise<Response> {
    return this.#send(url, { method: 'POST', body: new URLSearchParams(form), headers: { 'sec-fetch-site': site } });
  }

  /** Follows redirects inside the issuer; stops at a page or at the address that leads out. */
  async follow(response: Response, from: string): Promise<{ response: Response; url: string }> {
    let url = from;
    let current = response;
    for (let hops = 0; hops < 10; hops += 1) {
      const location = current.headers.get('location');
      if (location === null) return { response: current, url };
      const next = new URL(location, url);
      if (next.origin !== new URL(from).origin) return { response: current, url: next.href };
      url = next.href;
      current = await this.get(url);
    }
    throw new Error(`too many redirects, the last to ${url}`);
  }

  forgetCookies(): void {
    this.#cookies = [];
  }

  async #send(url: string, init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }): Promise<Response> {
    const { pathname } = new URL(url);
    const sent = this.#cookies.filter(({ path }) => pathname === path || pathname.startsWith(path.replace(/\/?$/, '/')));
    const cookie = sent.map(({ name, value }) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, ...(cookie === '' ? {} : { cookie }) } });
    response.headers.getSetCookie().forEach((line) => this.#store(line));
    return response;
  }

  #store(line: string): void {
    const [pair = '', ...attributes] = line.split(/; ?/);
    const [name = '', value = ''] = pair.split('=');
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
    const expires = attributes.find((attribute) => /^expires=/i.test(attribute))?.slice(8);
    this.#cookies = this.#cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
    const isOver = expires !== undefined && Date.parse(expires) <= Date.now();
    if (!isOver) this.#cookies.push({ name, value, path });
  }
}
