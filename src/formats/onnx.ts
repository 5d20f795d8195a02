import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CutoverError, unreadable } from '../core/errors.ts';

/** One result of a graph. */
export interface GraphOutput {
  readonly name: string;
  /** Number of dimensions; null where the graph doesn't say. */
  readonly rank: number | null;
  /** Length of the last dimension; null where it isn't fixed. */
  readonly width: number | null;
}

/** What an ONNX file says of itself, its weights left unread. */
export interface OnnxFacts {
  readonly outputs: readonly GraphOutput[];
  /** Files that hold weights, as the graph writes them (relative to its own folder), each once, in order of appearance. */
  readonly externalData: readonly string[];
}

/** Graphs inside graphs (branches, loops), at most. */
const DEPTH = 32;
/** Bytes of a name or location, at most. */
const LONGEST_TEXT = 4096;
const WINDOW = 1 << 16;

/**
 * Walks the messages of an ONNX file and skips every tensor's bytes, so that a file of gigabytes costs a few reads. Field numbers
 * are those of onnx.proto3; every place that may hold a tensor is looked into: initializers, sparse ones, attributes of nodes,
 * graphs in attributes, functions, training graphs.
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3, https://onnx.ai/onnx/repo-docs/ExternalData.html
 * @throws CutoverError MODEL_UNUSABLE where it is no ONNX file; FILE_MISSING, FILE_UNREADABLE
 */
export function readOnnxFacts(file: string): OnnxFacts {
  const reader = new FileReader(file);
  try {
    const walk = new Walk(reader);
    walk.model();
    return { outputs: walk.outputs, externalData: [...walk.externalData] };
  } finally {
    reader.close();
  }
}

/** The tensors of an ONNX file that hold data elsewhere, and the outputs of its main graph. */
class Walk {
  readonly #reader: FileReader;
  readonly outputs: GraphOutput[] = [];
  readonly externalData = new Set<string>();
  #graphs = 0;

  constructor(reader: FileReader) {
    this.#reader = reader;
  }

  model(): void {
    const end = this.#reader.size;
    this.#fields(end, { 7: (to) => this.#graph(to, 0), 20: (to) => this.#training(to), 25: (to) => this.#function(to) }, [20, 25]);
    if (this.#graphs === 0) throw this.#reader.malformed('it holds no graph');
  }

  #training(end: number): void {
    const graph = (to: number) => this.#graph(to, 1);
    this.#fields(end, { 1: graph, 2: graph });
  }

  #function(end: number): void {
    this.#fields(end, { 7: (to) => this.#node(to, 1), 11: (to) => this.#attribute(to, 1) }, [7, 11]);
  }

  #graph(end: number, depth: number): void {
    if (depth > DEPTH) throw this.#reader.malformed(`graphs are nested more than ${DEPTH} deep`);
    this.#graphs++;
    const output = depth === 0 ? { 12: (to: number) => this.#output(to) } : {};
    this.#fields(
      end,
      { 1: (to) => this.#node(to, depth), 5: (to) => this.#tensor(to), 15: (to) => this.#sparse(to), ...output },
      [1, 5, 12, 15],
    );
  }

  #node(end: number, depth: number): void {
    this.#fields(end, { 5: (to) => this.#attribute(to, depth) }, [5]);
  }

  #attribute(end: number, depth: number): void {
    const tensor = (to: number) => this.#tensor(to);
    const graph = (to: number) => this.#graph(to, depth + 1);
    const sparse = (to: number) => this.#sparse(to);
    this.#fields(end, { 5: tensor, 10: tensor, 6: graph, 11: graph, 22: sparse, 23: sparse }, [10, 11, 23]);
  }

  #sparse(end: number): void {
    this.#fields(end, { 1: (to) => this.#tensor(to), 2: (to) => this.#tensor(to) });
  }

  /**
   * Field 14 says where the data is: 1 is elsewhere. As parsers read it: of a number 32 bits count, and an unknown value is as if it were
   * not there. So it is elsewhere where any value says so.
   */
  #tensor(end: number): void {
    const entries: (readonly [key: string, value: string])[] = [];
    let isElsewhere = false;
    this.#fields(end, { 13: (to) => entries.push(this.#entry(to)) }, [13], (field, _, low) => {
      if (field === 14) isElsewhere ||= low === 1;
    });
    if (isElsewhere) for (const [key, value] of entries) if (key === 'location') this.externalData.add(value);
  }

  #entry(end: number): readonly [key: string, value: string] {
    let [key, value] = ['', ''];
    const text = (to: number) => this.#reader.text(to);
    this.#fields(end, {
      1: (to) => {
        key = text(to);
      },
      2: (to) => {
        value = text(to);
      },
    });
    return [key, value];
  }

  #output(end: number): void {
    let name = '';
    let shape: readonly (number | null)[] | null = null;
    const dimensions = (to: number): void => {
      const found: (number | null)[] = [];
      this.#fields(to, { 1: (inner) => found.push(this.#dimension(inner)) }, [1]);
      shape = found;
    };
    const tensor = (to: number) => this.#fields(to, { 2: dimensions });
    this.#fields(end, { 1: (to) => (name = this.#reader.text(to)), 2: (to) => this.#fields(to, { 1: tensor }) });
    const known = shape as readonly (number | null)[] | null;
    this.outputs.push({ name, rank: known?.length ?? null, width: known?.at(-1) ?? null });
  }

  #dimension(end: number): number | null {
    let value: number | null = null;
    this.#fields(end, {}, [], (field, number) => {
      if (field === 1) value = number;
    });
    return value;
  }

  /**
   * Every field up to a place; length-delimited ones go to their reader or are skipped. Parsers merge a message that is there twice where
   * one is meant, so that half of what a tensor says could be in each: no writer does that, and it is refused.
   * @param many fields that may be there more than once
   */
  #fields(
    end: number,
    into: Readonly<Record<number, (end: number) => unknown>>,
    many: readonly number[] = [],
    onNumber?: (field: number, value: number, low: number) => void,
  ): void {
    const reader = this.#reader;
    const seen = new Set<number>();
    while (reader.position < end) {
      const tag = reader.varint();
      const [field, wire] = [Math.floor(tag / 8), tag % 8];
      // Parsers keep 32 bits: what is above them would hide which field it is.
      if (field < 1 || tag >= 2 ** 32) throw reader.malformed('a field has no number');
      if (wire === 0) {
        const value = reader.varint();
        onNumber?.(field, value, reader.low);
      } else if (wire === 1) reader.skipTo(reader.position + 8, end);
      else if (wire === 5) reader.skipTo(reader.position + 4, end);
      else if (wire === 2) {
        const length = reader.varint();
        const to = reader.position + length;
        if (to > end) throw reader.malformed('a message ends behind what holds it');
        if (into[field] !== undefined && seen.has(field) && !many.includes(field)) throw reader.malformed(`field ${field} is there twice`);
        seen.add(field);
        into[field]?.(to);
        reader.skipTo(to, end);
      } else throw reader.malformed(`wire type ${wire} is not known`);
    }
    if (reader.position !== end) throw reader.malformed('a field ends behind its message');
  }
}

/** Bytes of a file by position, a window at a time. */
class FileReader {
  readonly size: number;
  position = 0;
  /** The lowest 32 bits of the last number. */
  low = 0;
  readonly #file: string;
  readonly #handle: number;
  readonly #window = Buffer.alloc(WINDOW);
  #start = 0;
  #filled = 0;

  constructor(file: string) {
    this.#file = file;
    try {
      this.#handle = openSync(file, 'r');
    } catch (error) {
      throw unreadable(file, error);
    }
    this.size = fstatSync(this.#handle).size;
  }

  close(): void {
    closeSync(this.#handle);
  }

  malformed(reason: string): CutoverError {
    return new CutoverError('MODEL_UNUSABLE', { file: this.#file, reason: `it is no ONNX graph: ${reason} (byte ${this.position})` });
  }

  /** Numbers above 2^53 (negative ones) come rounded: only fields and lengths matter here. */
  varint(): number {
    let [value, scale] = [0, 1];
    this.low = 0;
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (i < 5) this.low = (this.low | ((byte & 0x7f) << (7 * i))) >>> 0;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw this.malformed('a number does not end');
  }

  text(end: number): string {
    const length = end - this.position;
    if (length > LONGEST_TEXT) throw this.malformed(`a name has ${length} bytes`);
    const bytes = Buffer.from(Array.from({ length }, () => this.#byte()));
    return bytes.toString('utf8');
  }

  skipTo(position: number, end: number): void {
    if (position > end || position < this.position) throw this.malformed('a field ends behind its message');
    this.position = position;
  }

  #byte(): number {
    const at = this.position - this.#start;
    if (at < 0 || at >= this.#filled) this.#fill();
    const byte = this.#window[this.position - this.#start];
    if (byte === undefined || this.position - this.#start >= this.#filled) throw this.malformed('it ends too early');
    this.position++;
    return byte;
  }

  #fill(): void {
    this.#start = this.position;
    this.#filled = readSync(this.#handle, this.#window, 0, WINDOW, this.position);
  }
}
