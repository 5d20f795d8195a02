import type { Sha256 } from '../../../core/brand.ts';
import { sha256 } from '../../../core/hash.ts';

/** The texts of documents that a store does not keep itself: those of the data set. */
export interface TextSource {
  /** null for an id that isn't there. */
  hashOf(id: string): Sha256 | null;
  texts(ids: ReadonlySet<string>): AsyncIterable<{ readonly id: string; readonly text: string }>;
}

type Cells = Readonly<Record<string, string | null | undefined>>;

/** What a document's text is built from: a column, or a template such as `{title} {body}`. */
export class TextTemplate {
  /** Columns that it names, each once. */
  readonly columns: readonly string[];
  readonly #parts: readonly string[];

  constructor(template: string) {
    this.#parts = template.split(/\{([^{}]+)\}/);
    this.columns = this.#parts.length === 1 ? [template] : [...new Set(this.#parts.filter((_, i) => i % 2 === 1))];
  }

  /** Trimmed, as the texts of a data set are. A missing part is empty; where every part is missing, so is the text. */
  textOf(cells: Cells): string | null {
    if (this.columns.every((name) => (cells[name] ?? null) === null)) return null;
    if (this.#parts.length === 1) return (cells[this.columns[0] ?? ''] ?? '').trim();
    return this.#parts
      .map((part, i) => (i % 2 === 1 ? (cells[part] ?? '') : part))
      .join('')
      .trim();
  }
}

/** Rows whose texts are read ahead from a data set: each look reads the whole of it. */
const AHEAD = 20_000;

/** The text of each row: the store's own columns, or the data set's. */
export class RowTexts {
  readonly template: TextTemplate | null;
  readonly #source: (() => Promise<TextSource>) | null;
  #ahead = new Map<string, string>();

  /** @param template null where the store keeps no text */
  constructor(template: string | null, source: (() => Promise<TextSource>) | undefined) {
    this.template = template === null ? null : new TextTemplate(template);
    this.#source = this.template === null ? (source ?? null) : null;
  }

  /** Whether a text can be had at all. */
  get isKnown(): boolean {
    return this.template !== null || this.#source !== null;
  }

  get columns(): readonly string[] {
    return this.template?.columns ?? [];
  }

  /** SHA-256 of the text of now; null without one. */
  async hashOf(id: string, cells: Cells): Promise<Sha256 | null> {
    if (this.template === null) return (await this.#source?.())?.hashOf(id) ?? null;
    const text = this.template.textOf(cells);
    return text === null ? null : sha256(text);
  }

  /** The same, where the text is put together already. */
  async hashOfText(id: string, text: string | null): Promise<Sha256 | null> {
    if (this.template === null) return (await this.#source?.())?.hashOf(id) ?? null;
    return text === null ? null : sha256(text);
  }

  /** @param later ids that will be asked for next, in order; asked for only where they are read ahead */
  async textOf(id: string, cells: Cells, later: () => readonly string[]): Promise<string | null> {
    if (this.template !== null) return this.template.textOf(cells);
    const known = this.#ahead.get(id);
    if (known !== undefined || this.#source === null) return known ?? null;
    this.#ahead = new Map();
    const ids = new Set([id, ...later().slice(0, AHEAD)]);
    for await (const { id: found, text } of (await this.#source()).texts(ids)) this.#ahead.set(found, text);
    return this.#ahead.get(id) ?? null;
  }
}
