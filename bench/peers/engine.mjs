// An engine is a child process that keeps its data in memory, takes a command a line and answers
// each with a line of JSON.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Engine {
  constructor(name, command, args = [], env = {}) {
    this.name = name;
    this.waiting = [];
    this.child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    this.child.on('error', (error) => this.#fail(error.message));
    this.child.on('exit', (code) => this.#fail(`ended with status ${code}`));
    this.child.stdin.on('error', () => {});  // its exit says more
    createInterface({ input: this.child.stdout })
      .on('line', (line) => this.waiting.shift()?.resolve(JSON.parse(line)));
  }

  // One command at a time. An answer with an `error` is thrown.
  async ask(...words) {
    if (this.ended) throw new Error(`${this.name}: ${this.ended}`);
    const line = words.filter((word) => word !== undefined && word !== '').join(' ');
    const answer = await new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(`${line}\n`);
    });
    if (answer.error) throw new Error(`${this.name}, asked to ${line}: ${answer.error}`);
    return answer;
  }

  run(work, threads, argument) {
    return this.ask('run', work, threads, argument);
  }

  async stop() {
    if (this.ended) return;
    const exit = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.stdin.end();
    await exit;
  }

  #fail(why) {
    this.ended ??= why;
    for (const { reject } of this.waiting.splice(0)) reject(new Error(`${this.name}: ${why}`));
  }
}
