// Runs the command line as an operator does who is interrupted at any moment, and who is not alone.
import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

/** Refusals that two operators and a killed one may get; anything else is a fault. */
const EXPECTED = ['LEDGER_LOCKED', 'LEDGER_MOVED', 'MIGRATION_REFUSED', 'STORE_LOCKED'];

export class Operator {
  /** Attempts that were killed, those that ended by themselves, and refusals by code. */
  counts = { killed: 0, ended: 0, refused: {} };
  faults = [];
  #bin;
  #options;
  #random;
  /** Milliseconds that a command has last taken, by name. */
  #took = new Map();

  /** @param options of `spawn`: folder and environment */
  constructor(bin, options, random) {
    this.#bin = bin;
    this.#options = options;
    this.#random = random;
  }

  start(args) {
    const child = spawn(process.execPath, [this.#bin, ...args], { ...this.#options, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    const begun = performance.now();
    const ended = new Promise((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal, text, took: performance.now() - begun }));
    });
    return { child, ended };
  }

  /** Runs a command to its end; tried again while another has the store. @returns whether it passed */
  async finish(args, { tries = 40, isDone = () => false } = {}) {
    for (let i = 0; i < tries; i++) {
      const { code, text, took } = await this.start(args).ended;
      this.counts.ended++;
      if (code === 0) {
        this.#took.set(args.slice(0, 2).join(' '), took);
        return text;
      }
      this.#judge(args, code, text);
      if (await isDone()) return text;
      await wait(100);
    }
    this.faults.push(`${args.join(' ')}: does not pass in ${tries} tries`);
    return null;
  }

  /** Starts a command and kills it, sooner or later; some end before. */
  async kill(args) {
    const { child, ended } = this.start(args);
    const most = 1.1 * (this.#took.get(args.slice(0, 2).join(' ')) ?? 3_000);
    const isOver = await Promise.race([ended.then(() => true), wait(this.#random() * most).then(() => false)]);
    if (!isOver) child.kill('SIGKILL');
    const { code, signal, text } = await ended;
    if (signal === 'SIGKILL') this.counts.killed++;
    else {
      this.counts.ended++;
      if (code !== 0) this.#judge(args, code, text);
    }
  }

  /** Two at once: neither may fail of anything but a refusal. */
  async collide(first, second) {
    await Promise.all(
      [first, second].map(async (args) => {
        const { code, text } = await this.start(args).ended;
        this.counts.ended++;
        if (code !== 0) this.#judge(args, code, text);
      }),
    );
  }

  #judge(args, code, text) {
    const found = /\berror\s+([A-Z_]+)/.exec(text)?.[1] ?? `exit ${code}`;
    this.counts.refused[found] = (this.counts.refused[found] ?? 0) + 1;
    if (!EXPECTED.includes(found) || code !== 1) this.faults.push(`${args.join(' ')}: ${code}: ${text.trim().slice(-600)}`);
  }
}
