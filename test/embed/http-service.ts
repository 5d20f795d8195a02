import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

const DIMENSION = 16;

/** One request as the service saw it. */
export interface Asked {
  readonly texts: readonly string[];
  readonly model: string;
  readonly authorization: string | undefined;
}

/** How a request goes wrong; null answers as it should. */
export type Trouble = (asked: Asked, response: ServerResponse, seen: number) => boolean;

/** A vector that depends on the text and on which weights the service runs. */
function vectorOf(text: string, weights: string): number[] {
  const vector = new Array<number>(DIMENSION).fill(0);
  for (const word of text.toLowerCase().split(/\W+/)) {
    const digest = createHash('sha256')
      .update(weights + word)
      .digest();
    for (let i = 0; i < DIMENSION; i++) vector[i] = (vector[i] ?? 0) + (digest[i] ?? 0) - 127.5;
  }
  return vector;
}

/** An OpenAI-compatible service on this machine that can be made to misbehave. */
export class EmbeddingService {
  readonly asked: Asked[] = [];
  weights = 'first';
  /** Returns true where it has answered, or will not. */
  trouble: Trouble | null = null;
  url = '';
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<EmbeddingService> {
    const service = new EmbeddingService();
    await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve));
    service.url = `http://127.0.0.1:${(service.#server.address() as AddressInfo).port}/v1`;
    afterAll(() => {
      service.#server.closeAllConnections();
      service.#server.close();
    });
    return service;
  }

  reset(): void {
    this.asked.length = 0;
    this.weights = 'first';
    this.trouble = null;
  }

  /** The right answer, which troubles change. Entries come in reverse: their index says where they belong. */
  bodyOf(texts: readonly string[]): { data: { index: number; embedding: (number | null)[] }[] } {
    return { data: texts.map((text, index) => ({ index, embedding: vectorOf(text, this.weights) })).reverse() };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { input, model } = JSON.parse(Buffer.concat(chunks).toString()) as { input: string[]; model: string };
    const asked = { texts: input, model, authorization: request.headers.authorization };
    this.asked.push(asked);
    if (this.trouble?.(asked, response, this.asked.length) === true) return;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(this.bodyOf(input)));
  }
}
