import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Comment {
  readonly id: number;
  body: string;
  /** Who wrote it, as GitHub and as GitLab say it. */
  readonly user?: { readonly login: string };
  readonly author?: { readonly id: number };
}

/** Whoever holds the token. */
const OWN = { user: { login: 'cutover-bot' }, author: { id: 7 } };

/** A local server in place of a forge's API for comments, GitHub's and GitLab's paths; it keeps what it is sent. */
export class Forge {
  readonly comments: Comment[] = [];
  readonly requests: string[] = [];
  /** Status for every answer, where set; `failures` of 500 come before the first good one. */
  status = 0;
  failures = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void read(request).then((text) => {
        this.requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? request.headers['private-token'] ?? ''}`);
        const refused = this.failures > 0 ? 500 : this.status;
        if (this.failures > 0) this.failures--;
        const [status, answer] = refused > 0 ? [refused, { message: 'refused' }] : this.#answer(request, text);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
  }

  static async start(): Promise<Forge> {
    const forge = new Forge();
    await new Promise<void>((resolve) => forge.#server.listen(0, '127.0.0.1', resolve));
    return forge;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Comments of other people, in front of ours. */
  fill(count: number): void {
    for (let i = 0; i < count; i++) this.comments.push({ id: i + 1, body: `comment ${i}` });
  }

  stop(): void {
    this.#server.close();
  }

  #answer(request: IncomingMessage, text: string): [number, unknown] {
    const url = new URL(request.url ?? '/', this.url);
    const [, id] = /\/(?:comments|notes)\/(\d+)$/.exec(url.pathname) ?? [];
    if (url.pathname.endsWith('/user')) return [200, { login: OWN.user.login, id: OWN.author.id }];
    if (request.method === 'GET') {
      const [page, size] = [Number(url.searchParams.get('page')), Number(url.searchParams.get('per_page'))];
      return [200, this.comments.slice((page - 1) * size, page * size)];
    }
    const { body } = JSON.parse(text) as { body: string };
    if (id === undefined) {
      const comment = { id: this.comments.length + 1, body, ...OWN };
      this.comments.push(comment);
      return [201, comment];
    }
    const comment = this.comments.find((one) => one.id === Number(id));
    if (comment === undefined) return [404, {}];
    comment.body = body;
    return [200, comment];
  }
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
