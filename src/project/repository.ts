/** The version control that the working tree stands in, as far as a lock needs it. */
export interface Repository {
  /** Absolute path of the working tree's top folder. @throws CutoverError REPOSITORY_MISSING */
  top(): Promise<string>;
  /** Commit of a ref, or null where it names none. */
  commit(ref: string): Promise<string | null>;
  /** The commit at which HEAD left a commit; null where the history here is too short to tell. */
  forkPoint(commit: string): Promise<string | null>;
  /** Text of a file at a commit; null where it isn't there. @param path relative to the top, with slashes */
  show(commit: string, path: string): Promise<string | null>;
}
