import type { FileHandle } from 'node:fs/promises';
import type { AsyncBuffer, DecodedArray, FileMetaData, SchemaTree } from 'hyparquet';
import { parquetReadObjects, parquetSchema } from 'hyparquet';
import { assembleNested } from 'hyparquet/src/assemble.js';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { getMaxRepetitionLevel, getTreePath } from 'hyparquet/src/schema.js';

/** Bytes read at a time, and rows given on at a time. */
const WINDOW = 262_144;
const ROWS = 8_192;

export interface ParquetFile {
  readonly handle: FileHandle;
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
}

type RowGroup = FileMetaData['row_groups'][number];
type ColumnMeta = NonNullable<RowGroup['columns'][number]['meta_data']>;

/**
 * Rows of one row group, page by page: other programs write a million rows as one group, of which no column fits into memory.
 * @param first row of the file that the group begins with
 */
export async function* readRowGroup(
  file: ParquetFile,
  group: RowGroup,
  first: number,
  names: readonly string[],
): AsyncGenerator<{ readonly rows: number; readonly columns: Readonly<Record<string, ArrayLike<unknown>>> }> {
  const total = Number(group.num_rows);
  const columns = names.map((name) => ({ name, left: new Pages(columnPages(file, group, first, name)) }));
  for (let row = 0; row < total; ) {
    let rows = Math.min(ROWS, total - row);
    for (const { name, left } of columns) rows = Math.min(rows, await left.ready(name));
    yield { rows, columns: Object.fromEntries(columns.map(({ name, left }) => [name, left.take(rows)])) };
    row += rows;
  }
}

/** Values of a column that were read and not given on yet. */
class Pages {
  readonly #pages: AsyncIterator<DecodedArray>;
  #page: DecodedArray = [];
  #at = 0;

  constructor(pages: AsyncGenerator<DecodedArray>) {
    this.#pages = pages;
  }

  /** How many values are there; at least one. */
  async ready(name: string): Promise<number> {
    while (this.#at === this.#page.length) {
      const { value, done } = await this.#pages.next();
      if (done === true) throw new Error(`column "${name}" is shorter than its row count`);
      this.#page = value;
      this.#at = 0;
    }
    return this.#page.length - this.#at;
  }

  take(rows: number): ArrayLike<unknown> {
    this.#at += rows;
    return this.#page.slice(this.#at - rows, this.#at);
  }
}

/** Values of one column. One that is put together of several is read as a whole: ids, texts and vectors never are. */
async function* columnPages({ handle, buffer, metadata }: ParquetFile, group: RowGroup, first: number, name: string) {
  const leaves = group.columns.filter(({ meta_data }) => meta_data?.path_in_schema[0] === name);
  const [leaf] = leaves;
  const [tree, meta] = [parquetSchema(metadata), leaf?.meta_data];
  if (meta !== undefined && leaves.length === 1 && leaf?.file_path === undefined) {
    yield* leafPages(handle, meta, tree);
    return;
  }
  const [rowStart, rowEnd] = [first, first + Number(group.num_rows)];
  const rows = await parquetReadObjects({ file: buffer, metadata, columns: [name], rowStart, rowEnd });
  yield rows.map((row): unknown => row[name]);
}

async function* leafPages(handle: FileHandle, meta: ColumnMeta, tree: SchemaTree): AsyncGenerator<DecodedArray> {
  const schemaPath = getTreePath(tree, meta.path_in_schema);
  const [root, leaf] = [schemaPath[1], schemaPath.at(-1)];
  if (root === undefined || leaf === undefined) throw new Error('a column is not in the schema');
  const decoder = { pathInSchema: meta.path_in_schema, ...meta, element: leaf.element, schemaPath, parsers: DEFAULT_PARSERS };
  const isList = getMaxRepetitionLevel(schemaPath) > 0;
  const whole = (rows: DecodedArray): DecodedArray => {
    const values = new Map([[meta.path_in_schema.join('.'), rows]]);
    if (root.children.length > 0) assembleNested(values, root, DEFAULT_PARSERS);
    return values.get(root.path.join('.')) ?? [];
  };
  let dictionary: DecodedArray | undefined;
  // The last row of a list's page may go on in the next one.
  let held: DecodedArray = [];
  for await (const page of pageBytes(handle, meta)) {
    const { data } = readPage(page.reader, page.header, decoder, dictionary, isList ? held : undefined, 0);
    if (page.header.type === 'DICTIONARY_PAGE') dictionary = data === undefined ? data : convert(data, decoder);
    else if (data !== undefined && data.length > 0) {
      const isHeld = isList && !page.isLast;
      held = isHeld ? data.slice(-1) : [];
      yield whole(isHeld ? data.slice(0, -1) : data);
    }
  }
}

/** The pages of a column chunk as they are in the file. */
async function* pageBytes(handle: FileHandle, meta: ColumnMeta) {
  const begin = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const end = begin + Number(meta.total_compressed_size);
  const file = new Window(handle, end);
  for (let [at, values] = [begin, 0]; at < end - 1 && values < Number(meta.num_values); ) {
    const { header, length } = await headerAt(file, at);
    const size = length + header.compressed_page_size;
    const reader = { view: await file.view(at, size), offset: length };
    at += size;
    const own = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values;
    values += own ?? 0;
    if (own !== 0) yield { header, reader, isLast: at >= end - 1 || values >= Number(meta.num_values) };
  }
}

/** How long a header is says nothing but itself. */
async function headerAt(file: Window, at: number) {
  for (let bytes = 1_024; ; bytes *= 8) {
    const reader = { view: await file.view(at, bytes), offset: 0 };
    try {
      return { header: parquetHeader(reader), length: reader.offset };
    } catch (error) {
      if (!(error instanceof RangeError) || at + bytes >= file.end) throw error;
    }
  }
}

/** A part of a file that is read on and on. */
class Window {
  readonly #handle: FileHandle;
  readonly end: number;
  #bytes = Buffer.alloc(0);
  #at = 0;

  constructor(handle: FileHandle, end: number) {
    this.#handle = handle;
    this.end = end;
  }

  /** Bytes from a place on, as many of them as there are before the end. */
  async view(at: number, length: number): Promise<DataView> {
    const most = Math.min(length, this.end - at);
    if (at < this.#at || at + most > this.#at + this.#bytes.length) {
      const bytes = Buffer.allocUnsafeSlow(Math.min(Math.max(length, WINDOW), this.end - at));
      const { bytesRead } = await this.#handle.read(bytes, 0, bytes.length, at);
      if (bytesRead < most) throw new Error('a column chunk is cut');
      [this.#bytes, this.#at] = [bytes.subarray(0, bytesRead), at];
    }
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at - this.#at, most);
  }
}
