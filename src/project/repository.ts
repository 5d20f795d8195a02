/** A file of a commit, or a folder above one. */
export interface TreeEntry {
  /** From the top, with slashes. */
  readonly path: string;
  /** Git's hash of its content; null for a folder. */
  readonly blob: string | null;
  readonly kind: 'file' | 'link' | 'folder' | 'module';
}

/** The version control that the working tree stands in, as far as a lock needs it. It is only read. */
export interface Repository {
  /** Absolute path of the working tree's top folder. @throws CutoverError GIT_FAILED */
  top(): Promise<string>;
  /** Commit of a whole ref (`refs/remotes/origin/main`) or of 40 hex digits, or null where there is none. */
  commit(ref: string): Promise<string | null>;
  /** The commit at which HEAD left a commit; null where the history here is too short to tell. */
  forkPoint(commit: string): Promise<string | null>;
  /** Text of a file at a commit; null where it isn't there. @param path relative to the top, with slashes */
  show(commit: string, path: string): Promise<string | null>;
  /** Paths that differ between a commit and the working tree, from the top; untracked files are not among them. */
  changed(commit: string): Promise<readonly string[]>;
  /** Every file of a commit. */
  tree(commit: string): Promise<readonly TreeEntry[]>;
  /** A blob's content as text. */
  text(blob: string): Promise<string>;
  /** Writes a blob's bytes to a file; of what Git LFS keeps, the content. @throws CutoverError BASE_UNREADABLE */
  extract(blob: string, file: string): Promise<void>;
  /** Tracked files in a folder, from the top; none where the folder is outside the working tree. */
  tracked(folder: string): Promise<readonly string[]>;
}
