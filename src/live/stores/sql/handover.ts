/** Hands batches from the transaction that reads them to whoever asks, one at a time: no more than two are in memory. */
export class Handover<T> implements AsyncIterable<T> {
  #waiting: { readonly item: T; readonly taken: (more: boolean) => void } | null = null;
  #ended = false;
  #error: unknown = null;
  #wake: () => void = () => undefined;

  /** @returns false when nobody wants more */
  give(item: T): Promise<boolean> {
    if (this.#ended) return Promise.resolve(false);
    return new Promise((taken) => {
      this.#waiting = { item, taken };
      this.#wake();
    });
  }

  end(error: unknown = null): void {
    this.#error ??= error;
    this.#ended = true;
    this.#wake();
  }

  stop(): void {
    this.#ended = true;
    this.#waiting?.taken(false);
    this.#waiting = null;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    try {
      yield* this.#items();
    } finally {
      this.stop();
    }
  }

  async *#items(): AsyncGenerator<T> {
    for (;;) {
      const waiting = this.#waiting;
      if (waiting !== null) {
        this.#waiting = null;
        let more = false;
        try {
          yield waiting.item;
          more = true;
        } finally {
          waiting.taken(more && !this.#ended);
        }
      } else if (this.#ended) {
        if (this.#error !== null) throw this.#error;
        return;
      } else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
