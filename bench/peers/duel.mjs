// One line of the table: another engine's best way against ours, or ours against itself.
import { checkSame } from './answers.mjs';
import { bestOf, pairs } from './pairs.mjs';

const SLOW_PAIRS = 3;      // for a way of theirs that is not the fastest
const QUICK_SECONDS = 20;  // tried twice

// A function that does the work once, checks the answer and returns the seconds.
export function worker(run, engine, work, threads, ...words) {
  return async () => {
    const { seconds, answer } = await engine.ask('run', work, threads, ...words);
    run.answers[work] ??= answer;
    checkSame(`${engine.name}, ${work}, ${threads} threads ${words}`, run.answers[work], answer);
    return seconds;
  };
}

// A function that reads once what `work` reads.
export function reader(run, work, threads) {
  return async () => (await run.nps.run(`read_${work}`, threads, run.reader[threads])).seconds;
}

// Runs each of an engine's ways, the quick ones again, now that all is warm. Returns the fastest
// that may be taken, and the fastest that is not rewritten: {best, plain}.
export async function fastestWays(run, engine, work, threads, ways, ...words) {
  const tried = [];
  for (const [index, [name, way]] of Object.entries(ways).entries()) {
    const once = worker(run, engine, work, threads, index, ...words);
    let seconds = await once();
    if (seconds < QUICK_SECONDS) seconds = Math.min(seconds, await once());
    tried.push({ engine: engine.name, threads, name, index, seconds, ...note(way) });
    run.say(`  ${work}: ${engine.name}, ${name}: ${seconds.toFixed(3)} s`);
  }
  run.ways[work] = [...(run.ways[work] ?? []), ...tried];
  const fastest = (some) => some.reduce((a, b) => (b.seconds < a.seconds ? b : a));
  const taken = tried.filter((way) => !way.shortcut);
  return { best: fastest(taken), plain: fastest(taken.filter((way) => !way.rewritten)) };
}

const note = ({ rewritten, shortcut }) => ({ rewritten, shortcut });

// The limit of a work: the best plain read of the columns that it reads.
export async function measureLimit(run, work) {
  run.limits[work] = {};
  for (const threads of run.threads) {
    const { bytes } = await run.nps.run(`read_${work}`, threads, run.reader[threads]);
    const seconds = await bestOf(run.repetitions, reader(run, work, threads));
    run.limits[work][threads] = { bytes, seconds };
  }
}

// The second of two turns in a row. A virtual machine's host takes back memory that lies unused for
// some seconds, and gives it slowly when it is asked for again: whoever takes much memory anew waits
// for it in the first turn after the other side's. How long the host takes is not what is compared.
const second = (once) => async () => {
  await once();
  return once();
};

// Adds a line to the table of ratios. `takesMemory` asks for second turns, on both sides. `either` marks lines of which one has to meet its goal.
export async function duel(run, line) {
  const { work, title, against, goal, theirs, ours, threads = 1, cost, either } = line;
  const turn = line.takesMemory ? second : (once) => once;
  await ours();  // warm
  const measured = await pairs(line.pairs ?? run.pairs, turn(theirs), turn(ours), cost);
  run.add({ work: title, against, goal, of: work, threads, either, ...measured });
}

// DuckDB's best ways against ours on one thread, and what the best takes on two.
export async function duelDuckdb(run, line) {
  const { work, title, goal, takesMemory, ways, words = [], ourWords = [] } = line;
  const ours = (threads) => worker(run, run.nps, work, threads, ...ourWords);
  await ours(1)();  // ours is the answer to agree with
  const { best, plain } = await fastestWays(run, run.duckdb, work, 1, ways, ...words);
  for (const way of new Set([plain, best])) {
    await duel(run, {
      work, title, goal, takesMemory,
      pairs: way === best ? run.pairs : Math.min(run.pairs, SLOW_PAIRS),
      against: `DuckDB, 1 thread, ${way.name}${way.rewritten ? ' (rewritten for speed)' : ''}`,
      theirs: worker(run, run.duckdb, work, 1, way.index, ...words),
      ours: ours(1),
    });
  }
  for (const threads of run.threads.filter((count) => count > 1)) {
    const seconds = await bestOf(run.repetitions,
      worker(run, run.duckdb, work, threads, best.index, ...words));
    run.others.push({ work, engine: 'DuckDB', threads, way: best.name, seconds });
  }
}

// Ours on two threads against ours on one; and against the two-thread read where memory is what it
// may wait for: then one of the two goals is enough.
export async function duelThreads(run, { work, title, memoryBound, takesMemory, words = [] }) {
  const ours = (threads) => worker(run, run.nps, work, threads, ...words);
  for (const threads of run.threads.filter((count) => count > 1)) {
    await duel(run, {
      work, title: `${title}, ${threads} threads`, threads,
      goal: 'threads', either: memoryBound, takesMemory,
      against: 'itself on 1 thread',
      theirs: ours(1),
      ours: ours(threads),
    });
    if (!memoryBound) continue;
    await duel(run, {
      work, title: `${title}, ${threads} threads`, threads,
      goal: 'memoryOnThreads', either: true,
      against: `the read on ${threads} threads`,
      theirs: reader(run, work, threads),
      ours: ours(threads),
    });
  }
}
