import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
/** The program behind YAML in VS Code, Neovim and others. */
const PACKAGE = dirname(require.resolve('yaml-language-server/package.json'));

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly items?: readonly unknown[];
    readonly uri?: string;
    readonly diagnostics?: readonly { readonly message: string }[];
  };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** An editor with one YAML file open at a time: the language server protocol over the server's streams. */
export class YamlServer {
  private readonly server: ChildProcessWithoutNullStreams;
  private readonly answers = new Map<number, (message: Message) => void>();
  private readonly findings = new Map<string, (messages: string[]) => void>();
  private unread = Buffer.alloc(0);
  private count = 0;

  private constructor() {
    this.server = spawn(process.execPath, [join(PACKAGE, 'bin', 'yaml-language-server'), '--stdio']);
    this.server.stdout.on('data', (chunk: Buffer) => this.read(chunk));
  }

  /** Nothing but what comes with the server: no catalogue of schemas from the network. */
  static async start(root: string): Promise<YamlServer> {
    const server = new YamlServer();
    const capabilities = { workspace: { configuration: true }, textDocument: { completion: {}, hover: {} } };
    await server.ask('initialize', { processId: process.pid, rootUri: pathToFileURL(root).href, capabilities });
    server.tell('initialized', {});
    server.tell('workspace/didChangeConfiguration', { settings: {} });
    return server;
  }

  stop(): void {
    this.server.kill();
  }

  /** What the editor underlines in a file. */
  async problems(file: string, text = readFileSync(file, 'utf8')): Promise<string[]> {
    const uri = pathToFileURL(file).href;
    const found = new Promise<string[]>((resolve) => this.findings.set(uri, resolve));
    this.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: ++this.count, text } });
    return found;
  }

  /** What the editor offers at the end of a text. */
  async offers(file: string, text: string): Promise<string[]> {
    const uri = pathToFileURL(file).href;
    await this.problems(file, text);
    const lines = text.split('\n');
    const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    const { items } = (await this.ask('textDocument/completion', { textDocument: { uri }, position })) as { items: { label: string }[] };
    return items.map(({ label }) => label);
  }

  private ask(method: string, params: object): Promise<unknown> {
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      this.answers.set(id, ({ result, error }) => (error === undefined ? resolve(result) : reject(new Error(error.message))));
      this.send({ id, method, params });
    });
  }

  private tell(method: string, params: object): void {
    this.send({ method, params });
  }

  private send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  private read(chunk: Buffer): void {
    this.unread = Buffer.concat([this.unread, chunk]);
    for (;;) {
      const start = this.unread.indexOf('\r\n\r\n') + 4;
      const [, length] = /Content-Length: (\d+)/.exec(this.unread.toString('latin1', 0, start)) ?? [];
      if (start === 3 || length === undefined || this.unread.length < start + Number(length)) return;
      const body = this.unread.toString('utf8', start, start + Number(length));
      this.unread = this.unread.subarray(start + Number(length));
      this.take(JSON.parse(body) as Message);
    }
  }

  private take(message: Message): void {
    const { id, method, params } = message;
    if (method === 'textDocument/publishDiagnostics') this.publish(params?.uri ?? '', params?.diagnostics ?? []);
    else if (method === 'workspace/configuration') this.send({ id, result: params?.items?.map(() => SETTINGS) });
    else if (method !== undefined && id !== undefined) this.send({ id, result: null });
    else if (id !== undefined) this.answers.get(id)?.(message);
  }

  private publish(uri: string, diagnostics: readonly { readonly message: string }[]): void {
    this.findings.get(uri)?.(diagnostics.map(({ message }) => message));
  }
}

const SETTINGS = { schemaStore: { enable: false }, validate: true, completion: true, hover: true };
