// One line of the table: another engine's best way against ours, or ours against itself.
import { checkSame } from './answers.mjs';
import { bestOf, pairs } from './pairs.mjs';

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

// Runs each of an engine's ways once, which also warms it up, and returns the fastest that may be
// taken: {name, index, seconds}.
export async function fastestWay(run, engine, work, threads, ways, ...words) {
  const tried = [];
  for (const [index, [name, way]] of Object.entries(ways).entries()) {
    const seconds = await worker(run, engine, work, threads, index, ...words)();
    tried.push({ engine: engine.name, threads, name, index, seconds, shortcut: way.shortcut });
    run.say(`  ${work}: ${engine.name}, ${name}: ${seconds.toFixed(3)} s`);
  }
  run.ways[work] = [...(run.ways[work] ?? []), ...tried];
  return tried.filter((way) => !way.shortcut).reduce((a, b) => (b.seconds < a.seconds ? b : a));
}

// The limit of a work: the best plain read of the columns that it reads.
export async function measureLimit(run, work) {
  run.limits[work] = {};
  for (const threads of run.threads) {
    const { bytes } = await run.nps.run(`read_${work}`, threads, run.reader[threads]);
    const seconds = await bestOf(run.repetitions, reader(run, work, threads));
    run.limits[work][threads] = { bytes, seconds };
  }
}

// Adds a line to the table of ratios.
export async function duel(run, { work, title, against, goal, theirs, ours, threads = 1, cost }) {
  await ours();  // warm
  const measured = await pairs(run.pairs, theirs, ours, cost);
  run.add({ work: title, against, goal, of: work, threads, ...measured });
}

// DuckDB's best way against ours on one thread, and what it takes on two.
export async function duelDuckdb(run, { work, title, goal, ways, words = [], ourWords = [] }) {
  const ours = (threads) => worker(run, run.nps, work, threads, ...ourWords);
  await ours(1)();  // ours is the answer to agree with
  const way = await fastestWay(run, run.duckdb, work, 1, ways, ...words);
  await duel(run, {
    work, title, goal,
    against: `DuckDB, 1 thread, ${way.name}`,
    theirs: worker(run, run.duckdb, work, 1, way.index, ...words),
    ours: ours(1),
  });
  for (const threads of run.threads.filter((count) => count > 1)) {
    const seconds = await bestOf(run.repetitions,
      worker(run, run.duckdb, work, threads, way.index, ...words));
    run.others.push({ work, engine: 'DuckDB', threads, way: way.name, seconds });
  }
}

// Ours on two threads against ours on one; and against the two-thread read where memory is what it
// may wait for: then one of the two goals is enough.
export async function duelThreads(run, { work, title, memoryBound, words = [] }) {
  const ours = (threads) => worker(run, run.nps, work, threads, ...words);
  for (const threads of run.threads.filter((count) => count > 1)) {
    await duel(run, {
      work, title: `${title}, ${threads} threads`, threads,
      goal: 'threads',
      against: 'itself on 1 thread',
      theirs: ours(1),
      ours: ours(threads),
    });
    if (!memoryBound) continue;
    await duel(run, {
      work, title: `${title}, ${threads} threads`, threads,
      goal: 'memoryOnThreads',
      against: `the read on ${threads} threads`,
      theirs: reader(run, work, threads),
      ours: ours(threads),
    });
  }
}
