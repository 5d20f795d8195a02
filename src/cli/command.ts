import type { CommandModule, InferredOptionType, Options, PositionalOptions } from 'yargs';

/** The values of options, or of positionals, by name. */
export type ArgsOf<O extends Readonly<Record<string, Options | PositionalOptions>>> = {
  readonly [K in keyof O]: InferredOptionType<NonNullable<O[K]>>;
};

interface Spec<O extends Readonly<Record<string, Options>>, P extends Readonly<Record<string, PositionalOptions>>> {
  /** Its word, then its positionals as yargs writes them: `diff <a> <b>`. */
  readonly name: string;
  readonly describe: string;
  readonly positionals?: P;
  readonly options: O;
  /** Lines to type, each with what it is for. */
  readonly examples?: readonly (readonly [line: string, text: string])[];
  handler(args: ArgsOf<O & P>): void | Promise<void>;
}

/** A command whose arguments have the types that its options and positionals say. */
export function command<
  const O extends Readonly<Record<string, Options>>,
  const P extends Readonly<Record<string, PositionalOptions>> = Readonly<Record<never, never>>,
>({ name, describe, positionals, options, examples = [], handler }: Spec<O, P>): CommandModule {
  return {
    command: name,
    describe,
    builder: (yargs) => {
      for (const [key, positional] of Object.entries(positionals ?? {})) yargs.positional(key, positional);
      yargs.options(options);
      for (const [line, text] of examples) yargs.example(line, text);
      return yargs;
    },
    // What yargs parsed is what the options say: it read them.
    handler: (args) => handler(args as unknown as ArgsOf<O & P>),
  };
}

interface GroupSpec {
  readonly name: string;
  readonly describe: string;
  readonly commands: readonly CommandModule[];
  /** What is said where none of them is named. */
  readonly demand: string;
}

/** A word with commands below it: `cache ls`, `cache prune`. */
export function commandGroup({ name, describe, commands, demand }: GroupSpec): CommandModule {
  return {
    command: name,
    describe,
    builder: (yargs) => commands.reduce((all, one) => all.command(one), yargs).demandCommand(1, demand),
    handler: () => undefined,
  };
}
