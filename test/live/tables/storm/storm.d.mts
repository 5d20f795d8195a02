/** What a storm did, and everything that was not as it must be. */
export interface Storm {
  readonly rows: number;
  readonly killed: number;
  readonly services: number;
  readonly ended: number;
  readonly switches: number;
  readonly writes: number;
  readonly reader: { readonly searches: number; readonly rows: number; readonly wrong: readonly string[] };
  readonly audit: string | null;
  readonly columns: readonly string[];
  /** Commands that failed of anything but a refusal. */
  readonly faults: readonly string[];
  /** Statements of the application that failed. */
  readonly failures: readonly string[];
  /** Rows that are not what the application wrote, or not of their text under the live version. */
  readonly wrong: readonly string[];
}

export function storm(options: {
  readonly url: string;
  readonly folder: string;
  readonly bin: string;
  readonly rows: number;
  readonly kills: number;
  readonly pause: number;
  readonly lanes: number;
  readonly seed: number;
  readonly service?: number;
  readonly say?: (what: string) => void;
  readonly run?: (args: readonly string[]) => Promise<{ readonly code: number; readonly text: string }>;
}): Promise<Storm>;
