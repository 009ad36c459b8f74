// The other end of engine.mjs, for engines in JavaScript.
import { createInterface } from 'node:readline';

// Calls commands[first word](...other words) for each line, and answers with what it returns.
export async function serve(commands) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, ...words] = line.split(' ');
    let answer;
    try {
      answer = await commands[command](...words);
    } catch (error) {
      answer = { error: error.message };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

// `rows` makes the answer of what `work` returned, outside of the time.
export async function timed(work, rows) {
  const start = performance.now();
  const done = await work();
  const seconds = (performance.now() - start) / 1e3;
  return { seconds, answer: rows(done) };
}
