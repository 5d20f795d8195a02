import { type FileHandle, open } from 'node:fs/promises';
import { CutoverError, reasonOf, unreadable } from '../core/errors.ts';
import { arrowSchemaWith } from './arrow-rewriting.ts';
import { chunkOf, textPage, textSchema, vectorPage, vectorSchema, type WrittenChunk } from './parquet-pages.ts';
import type { ByteSink, Rewriting } from './rewriting.ts';
import {
  binary,
  i64,
  integerAt,
  list,
  listAt,
  struct,
  structAt,
  type Thrift,
  ThriftReader,
  type ThriftStruct,
  textAt,
  thriftBytes,
} from './thrift.ts';

const MAGIC = Buffer.from('PAR1');
/** Values of a page of vectors, and rows of a page of texts. */
const PAGE_VALUES = 262_144;
const PAGE_ROWS = 8_192;
/** Bytes copied at a time. */
const COPY = 4_194_304;
const ARROW_SCHEMA = 'ARROW:schema';

/** Why a file can't be written again without losing something; null where it can. */
export async function parquetObstacle(file: string, names: Pick<Rewriting, 'vector' | 'tag' | 'textHash'>): Promise<string | null> {
  return opened(file, async (_, footer) => {
    if (footer.has(8)) return 'it is encrypted';
    const chunks = listAt(footer, 4).flatMap((group) => listAt(group, 1));
    if (chunks.some((chunk) => chunk.has(1))) return 'its columns are in other files';
    if (chunks.some((chunk) => chunk.has(8) || chunk.has(9))) return 'columns of it are encrypted';
    keyValues(footer, { ...names, dimension: 1, cells: async () => ({ vectors: [], tags: [], textHashes: [] }) });
    return null;
  }).catch((error: unknown) => reasonOf(error));
}

/**
 * Streams a Parquet file into another. The bytes of every other column are copied as they are, compressed as they are; page
 * indexes and Bloom filters, which only speed up reading, are left out.
 * @throws CutoverError PARQUET_MALFORMED, FILE_MISSING, FILE_UNREADABLE
 */
export async function rewriteParquet(file: string, out: ByteSink, rewriting: Rewriting): Promise<void> {
  await opened(file, async (handle, footer) => {
    const sink = new Positioned(out);
    await sink.write(MAGIC);
    const columns = columnsOf(footer, rewriting);
    const groups: Thrift[] = [];
    let first = 0;
    for (const group of listAt(footer, 4)) {
      const rows = Number(integerAt(group, 3) ?? 0n);
      groups.push(await rewrittenGroup({ handle, sink, rewriting, columns }, group, first, rows));
      first += rows;
      if (first >= (rewriting.most ?? Number.POSITIVE_INFINITY)) break;
    }
    const bytes = Buffer.from(thriftBytes(rewrittenFooter(footer, columns, groups, rewriting)));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    await sink.write(Buffer.concat([bytes, length, MAGIC]));
  });
}

/** Whether the statistics of the file say that no row lacks a value in this column. */
export async function isFullParquet(file: string, column: string): Promise<boolean> {
  return opened(file, async (_, footer) =>
    listAt(footer, 4).every((group) =>
      listAt(group, 1).every((chunk) => {
        const path = structAt(chunk, 3).get(3);
        const [first] = path?.type === 'list' ? path.value : [];
        const isOwn = first?.type === 'binary' && new TextDecoder().decode(first.value) === column;
        return !isOwn || integerAt(structAt(structAt(chunk, 3), 12), 3) === 0n;
      }),
    ),
  );
}

class Positioned {
  readonly #out: ByteSink;
  at = 0n;

  constructor(out: ByteSink) {
    this.#out = out;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#out.write(bytes);
    this.at += BigInt(bytes.length);
  }
}

async function opened<T>(file: string, use: (handle: FileHandle, footer: ThriftStruct) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    const { size } = await handle.stat();
    const end = Buffer.alloc(8);
    await handle.read(end, 0, 8, Math.max(0, size - 8));
    if (size < 12 || !end.subarray(4).equals(MAGIC)) throw malformed(file, new Error('it does not end as a Parquet file does'));
    const length = end.readUInt32LE(0);
    if (length > size - 12) throw malformed(file, new Error('its footer is longer than the file'));
    const bytes = Buffer.alloc(length);
    await handle.read(bytes, 0, length, size - 8 - length);
    let footer: ThriftStruct;
    try {
      footer = new ThriftReader(bytes).struct();
    } catch (error) {
      throw malformed(file, error);
    }
    return await use(handle, footer);
  } finally {
    await handle.close();
  }
}

function malformed(file: string, error: unknown): CutoverError {
  return new CutoverError('PARQUET_MALFORMED', { file, reason: reasonOf(error) }, { cause: error });
}

/** A column of the file as it is, or one that is written here. */
type Column =
  | { readonly name: string; readonly schema: readonly ThriftStruct[]; readonly leaves: readonly number[] }
  | { readonly name: string; readonly kind: 'vector' | 'text' };

/** The columns in order: the tool's own in their place or at the end. */
function columnsOf(footer: ThriftStruct, { vector, tag, textHash, dimension }: Rewriting): Column[] {
  const [, ...elements] = listAt(footer, 2);
  const columns: Column[] = [];
  let leaf = 0;
  for (let at = 0; at < elements.length; ) {
    const first = at;
    const leaves: number[] = [];
    for (let open = 1; open > 0; at++) {
      const children = Number(integerAt(elements[at] ?? new Map(), 5) ?? 0n);
      open += children - 1;
      if (children === 0) leaves.push(leaf++);
    }
    const name = textAt(elements[first] ?? new Map(), 4) ?? '';
    const kind = name === tag || name === textHash ? 'text' : name === vector && dimension !== null ? 'vector' : null;
    columns.push(kind === null ? { name, schema: elements.slice(first, at), leaves } : { name, kind });
  }
  for (const name of [tag, textHash]) if (!columns.some((column) => column.name === name)) columns.push({ name, kind: 'text' });
  return columns;
}

interface Work {
  readonly handle: FileHandle;
  readonly sink: Positioned;
  readonly rewriting: Rewriting;
  readonly columns: readonly Column[];
}

async function rewrittenGroup(work: Work, group: ThriftStruct, first: number, rows: number): Promise<Thrift> {
  const { sink, columns } = work;
  const start = sink.at;
  const chunks = listAt(group, 1);
  const copied = new Map<number, Thrift>();
  for (const column of columns)
    if ('leaves' in column) for (const leaf of column.leaves) copied.set(leaf, await copyChunk(work, chunks[leaf] ?? new Map()));
  const written = await writeChunks(work, first, rows);
  const all = columns.flatMap((column) =>
    'leaves' in column ? column.leaves.map((leaf) => copied.get(leaf)) : [written.get(column.name)],
  );
  const own = all.filter((chunk) => chunk !== undefined);
  const total = (id: number) =>
    own.reduce((sum, chunk) => sum + (chunk.type === 'struct' ? (integerAt(structAt(chunk.value, 3), id) ?? 0n) : 0n), 0n);
  const fields = new Map(group);
  fields.set(1, list('struct', own));
  fields.set(2, i64(total(6)));
  if (fields.has(5)) fields.set(5, i64(start));
  if (fields.has(6)) fields.set(6, i64(total(7)));
  // What is sorted by a vector or a tag is not sorted by the new one.
  const sorted = listAt(group, 4).filter((by) => copied.has(Number(integerAt(by, 1) ?? -1n)));
  if (sorted.length < listAt(group, 4).length) fields.delete(4);
  return { type: 'struct', value: fields };
}

/** The bytes of a chunk as they are; its offsets move with it. */
async function copyChunk({ handle, sink }: Work, chunk: ThriftStruct): Promise<Thrift> {
  const meta = structAt(chunk, 3);
  const starts = [9, 10, 11].flatMap((id) => integerAt(meta, id) ?? []).filter((offset) => offset > 0n);
  const from = starts.reduce((least, offset) => (offset < least ? offset : least), starts[0] ?? 0n);
  const moved = sink.at - from;
  const length = integerAt(meta, 7) ?? 0n;
  for (let at = 0n; at < length; ) {
    const bytes = Buffer.alloc(Number(length - at < BigInt(COPY) ? length - at : BigInt(COPY)));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, Number(from + at));
    if (bytesRead === 0) throw new RangeError('a column chunk is cut');
    await sink.write(bytes.subarray(0, bytesRead));
    at += BigInt(bytesRead);
  }
  const fields = new Map(meta);
  for (const id of [9, 10, 11]) {
    const offset = integerAt(meta, id);
    if (offset !== null && offset > 0n) fields.set(id, i64(offset + moved));
  }
  for (const id of [14, 15]) fields.delete(id);
  const own = new Map(chunk);
  own.set(2, i64(from + moved));
  own.set(3, { type: 'struct', value: fields });
  for (const id of [4, 5, 6, 7]) own.delete(id);
  return { type: 'struct', value: own };
}

/** Vectors go to the file page by page; tags and hashes, which are small, once the vectors are written. */
async function writeChunks({ sink, rewriting, columns }: Work, first: number, rows: number): Promise<ReadonlyMap<string, Thrift>> {
  const { vector, tag, textHash, dimension } = rewriting;
  const isWritten = columns.some((column) => column.name === vector && 'kind' in column);
  const step = dimension === null ? PAGE_ROWS : Math.max(1, Math.floor(PAGE_VALUES / Math.max(1, dimension)));
  const vectors: WrittenChunk = { path: [vector, 'list', 'element'], kind: 'vector', values: 0, nulls: 0, bytes: 0 };
  const offset = sink.at;
  const texts = { [tag]: [] as Uint8Array[], [textHash]: [] as Uint8Array[] };
  const nulls = { [tag]: 0, [textHash]: 0 };
  for (let at = 0; at < rows; at += step) {
    const count = Math.min(step, rows - at);
    const cells = await rewriting.cells(first + at, count);
    if (isWritten) {
      const { bytes, values } = vectorPage(cells.vectors ?? []);
      await sink.write(bytes);
      vectors.values += values;
      vectors.bytes += bytes.length;
      vectors.nulls += (cells.vectors ?? []).filter((own) => (own?.length ?? 0) === 0).length;
    }
    texts[tag]?.push(textPage(cells.tags).bytes);
    texts[textHash]?.push(textPage(cells.textHashes).bytes);
    nulls[tag] = (nulls[tag] ?? 0) + cells.tags.filter((own) => own === null).length;
    nulls[textHash] = (nulls[textHash] ?? 0) + cells.textHashes.filter((own) => own === null).length;
  }
  const chunks = new Map<string, Thrift>();
  if (isWritten) chunks.set(vector, chunkOf(vectors, offset));
  for (const [name, pages] of Object.entries(texts)) {
    const start = sink.at;
    for (const page of pages) await sink.write(page);
    const bytes = pages.reduce((sum, page) => sum + page.length, 0);
    chunks.set(name, chunkOf({ path: [name], kind: 'text', values: rows, nulls: nulls[name] ?? 0, bytes }, start));
  }
  return chunks;
}

function rewrittenFooter(footer: ThriftStruct, columns: readonly Column[], groups: readonly Thrift[], rewriting: Rewriting): ThriftStruct {
  const [root = new Map()] = listAt(footer, 2);
  const fields = new Map(footer);
  const elements = columns.flatMap((column) => {
    if ('schema' in column) return column.schema.map((value): Thrift => ({ type: 'struct', value }));
    return column.kind === 'vector' ? vectorSchema(column.name) : textSchema(column.name);
  });
  const top = new Map(root);
  top.set(5, { type: 'i32', value: BigInt(columns.length) });
  fields.set(2, list('struct', [{ type: 'struct', value: top }, ...elements]));
  fields.set(3, i64(groups.reduce((sum, group) => sum + (group.type === 'struct' ? (integerAt(group.value, 3) ?? 0n) : 0n), 0n)));
  fields.set(4, list('struct', groups));
  const orders = listAt(footer, 7);
  // The order of the type: what statistics would be compared by.
  if (orders.length > 0)
    fields.set(
      7,
      list(
        'struct',
        columns.flatMap((column) =>
          'leaves' in column
            ? column.leaves.map((leaf): Thrift => ({ type: 'struct', value: orders[leaf] ?? new Map() }))
            : [struct([[1, struct([])]])],
        ),
      ),
    );
  const values = keyValues(footer, rewriting);
  if (values !== null) fields.set(5, values);
  return fields;
}

/** What Arrow's own programs keep of the types of all columns has to name the tool's, too. */
function keyValues(footer: ThriftStruct, rewriting: Rewriting): Thrift | null {
  const pairs = listAt(footer, 5);
  if (pairs.length === 0) return null;
  return list(
    'struct',
    pairs.map((pair): Thrift => {
      if (textAt(pair, 1) !== ARROW_SCHEMA) return { type: 'struct', value: pair };
      const fields = new Map(pair);
      fields.set(2, binary(arrowSchemaWith(textAt(pair, 2) ?? '', rewriting)));
      return { type: 'struct', value: fields };
    }),
  );
}
