// Runs the command line as an operator does who is interrupted at any moment, and who is not alone.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Refusals that two operators and a killed one may get; anything else is a fault. */
const EXPECTED = ['LEDGER_LOCKED', 'LEDGER_MOVED', 'MIGRATION_REFUSED', 'STORE_LOCKED'];

export class Operator {
  /** Attempts that were killed, those that ended by themselves, refusals by code, services that were killed, and the most memory that one took (Linux). */
  counts = { killed: 0, ended: 0, refused: {}, services: 0, megabytes: 0 };
  faults = [];
  #bin;
  #options;
  #random;
  #backends;
  #run;
  /** Milliseconds that a command has last taken since it was connected, by name. */
  #took = new Map();
  #service = null;

  /**
   * @param options of `spawn`: folder and environment
   * @param backends asks for the process ids of the tool's connections
   * @param run runs a command that is to end; in a process of its own unless given
   */
  constructor({ bin, options, random, backends, run }) {
    this.#bin = bin;
    this.#options = options;
    this.#random = random;
    this.#backends = backends;
    this.#run = run ?? ((args) => this.#start(args).ended);
  }

  #start(args) {
    const child = spawn(process.execPath, [this.#bin, ...args], { ...this.#options, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    const watch = setInterval(() => this.#weigh(child.pid), 250);
    const ended = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        clearInterval(watch);
        resolve({ code, signal, text });
      });
    });
    return { child, ended };
  }

  #weigh(pid) {
    try {
      const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
      this.counts.megabytes = Math.max(this.counts.megabytes, Math.round(kilobytes / 1024));
    } catch {
      // It has ended, or this is not Linux.
    }
  }

  /** Runs a command once. */
  async once(args) {
    const begun = performance.now();
    const result = await this.#run(args);
    this.counts.ended++;
    if (result.code === 0) this.#took.set(nameOf(args), performance.now() - begun);
    return result;
  }

  /** Runs a command to its end; tried again while another has the store. @returns what it printed; null where it never passes */
  async finish(args, { tries = 40, isDone = () => false } = {}) {
    for (let i = 0; i < tries; i++) {
      const { code, text } = await this.once(args);
      if (code === 0) return text;
      this.#judge(args, code, text);
      if (await isDone()) return text;
      await wait(100);
    }
    this.faults.push(`${args.join(' ')}: does not pass in ${tries} tries`);
    return null;
  }

  /** Starts a command and kills it at a random moment after it is connected, sooner rather than later; some end before. */
  async kill(args) {
    const before = await this.#backends();
    const { child, ended } = this.#start(args);
    let isOver = false;
    ended.then(() => {
      isOver = true;
    });
    while (!isOver && (await this.#backends()).every((pid) => before.includes(pid))) await wait(20);
    await Promise.race([ended, wait(this.#random() ** 2 * 1.1 * (this.#took.get(nameOf(args)) ?? 1_000))]);
    child.kill('SIGKILL');
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
        const { code, text } = await this.#start(args).ended;
        this.counts.ended++;
        if (code !== 0) this.#judge(args, code, text);
      }),
    );
  }

  /** Keeps a service going, which is killed and started again at random moments. */
  serve(args, most) {
    let isStopped = false;
    let child = null;
    const done = (async () => {
      while (!isStopped) {
        const started = this.#start(args);
        child = started.child;
        const isOver = await Promise.race([started.ended.then(() => true), wait((0.1 + this.#random()) * most).then(() => false)]);
        if (!isOver) child.kill('SIGKILL');
        const { code, signal, text } = await started.ended;
        if (signal === 'SIGKILL') this.counts.services++;
        else this.#judge(args, code, text);
      }
    })();
    this.#service = async () => {
      isStopped = true;
      child?.kill('SIGKILL');
      await done;
    };
  }

  async rest() {
    await this.#service?.();
    this.#service = null;
  }

  #judge(args, code, text) {
    const found = /\berror\s+([A-Z_]+)/.exec(text)?.[1] ?? `exit ${code}`;
    this.counts.refused[found] = (this.counts.refused[found] ?? 0) + 1;
    if (!EXPECTED.includes(found) || code !== 1) this.faults.push(`${args.join(' ')}: ${code}: ${text.trim().slice(-600)}`);
  }
}

function nameOf(args) {
  return args.slice(0, 2).join(' ');
}
