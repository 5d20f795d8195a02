/** One of several answers. */
export interface PromptOption {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

/** Questions to a person at a terminal. Where there is none, nothing is asked and nothing waits. */
export interface Prompts {
  /** @throws CutoverError INTERRUPTED when the person turns away; so do the others */
  select(message: string, options: readonly PromptOption[]): Promise<string>;
  text(message: string, initial: string): Promise<string>;
  confirm(message: string, initial: boolean): Promise<boolean>;
}
