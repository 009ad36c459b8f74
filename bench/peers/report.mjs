// The measurements as Markdown.
import { bytesOf, count, perSecond, ratio, seconds, table, threadsOf } from './format.mjs';
import { GOALS } from './goals.mjs';

const met = (line) => GOALS[line.goal].met(line.ratio.median);

// A work on two threads has two goals where memory may be the limit, and needs one of them.
function verdict(run, line) {
  if (met(line)) return 'yes';
  const other = (each) => each !== line && each.work === line.work;
  return line.either && run.lines.filter(other).some(met) ? 'the other is' : '**no**';
}

function goalOf(run, line) {
  if (!line.goal) return ['', '', ''];
  const { least, most, aim } = GOALS[line.goal];
  return [most ? `at most ${most}` : String(least), String(aim ?? ''), verdict(run, line)];
}

const ratios = (run) => table(
  ['work', 'against', 'theirs, s', 'ours, s', 'ratio', 'quartiles', 'pairs', 'at least', 'aim',
    'met'],
  run.lines.map((line) => [
    line.work, line.against, seconds(line.theirs.median), seconds(line.ours.median),
    `**${ratio(line.ratio.median)}**`, `${ratio(line.ratio.low)} to ${ratio(line.ratio.high)}`,
    line.ratio.count,
    ...goalOf(run, line),
  ]));

// The best time of ours for the work on so many threads, from whatever line has it; none where the
// part was left out.
function ours(run, work, threads) {
  const lines = run.lines.filter((line) =>
    line.of === work && line.threads === threads && line.goal !== 'batch');
  return lines.map((line) => line.ours.median).sort((a, b) => a - b)[0];
}

const limits = (run) => table(
  ['work', 'threads', 'bytes a row', 'the read alone, s', 'ours, s', 'read / ours',
    'rows a second'],
  Object.entries(run.limits).flatMap(([work, byThreads]) =>
    Object.entries(byThreads).map(([threads, limit]) => {
      const rows = run.rows[work] ?? run.rows.table;
      const took = ours(run, work, Number(threads));
      return [work, threads, ratio(limit.bytes / rows), seconds(limit.seconds), seconds(took),
        ratio(limit.seconds / took), `${seconds(rows / took / 1e9)} G`];
    })));

const sweep = (run) => table(
  ['bytes a thread', ...run.threads.map(threadsOf)],
  [...new Set(run.sweep.map(({ bytes }) => bytes))].map((size) => [
    bytesOf(size),
    ...run.sweep.filter(({ bytes }) => bytes === size)
      .map(({ bytesPerSecond, reader }) => `${perSecond(bytesPerSecond)} (${reader})`),
  ]));

const others = (run) => table(
  ['work', 'engine', 'way', 'threads', 'seconds', 'ours on as many, s', 'ratio'],
  run.others.map(({ work, engine, way, threads, seconds: took }) => [
    work, engine, way, threads, seconds(took), seconds(ours(run, work, threads)),
    ratio(took / ours(run, work, threads)),
  ]));

const ways = (run) => table(
  ['work', 'engine', 'way', 'seconds', 'to ours', ''],
  Object.entries(run.ways).flatMap(([work, tried]) => tried.map((way) => [
    work, `${way.engine}, ${threadsOf(way.threads)}`, way.name, seconds(way.seconds),
    ratio(way.seconds / ours(run, work, way.threads)),
    way.shortcut ? `not taken: ${way.shortcut}` : way.rewritten ? 'rewritten for speed' : '',
  ])));

const stopped = ({ whole, missing }) => (whole && missing.size > 0
  ? `The run ended before it came to: ${[...missing].join(', ')}.\n` : '');

export function report(run, machine, gaps) {
  const { rows } = run;
  return `# nps among its peers

Written by \`./dev bench --peers\`, all of it from one run; only "What the gaps are made of" is
written by hand, in \`bench/peers/gaps.md\`.
${run.whole ? '' : '**A part of a run: these times mean little.**\n'}${stopped(run)}
${table(['', ''], machine)}

The data is the same on all sides, made by a formula: ${count(rows.tally)} rating bytes; a table of
${count(rows.table)} rows with 3 channels, 6 stages, a year of seconds in order, over and over, and
${count(rows.table / 10)} customers with sparse 64-bit ids in no order; a CSV file of
${count(rows.csv)} rows in the page cache. Every engine gave the same answer to every question,
group by group, on every repetition, or the run would have stopped.

## Ratios

Pairs are theirs and ours in turn; of "latest per customer", which takes much memory anew, the
second of two turns each. The ratio is how many times as long theirs took (for the batches:
ours), the median of the pairs, beside its quartiles. Of DuckDB's ways to write a query the fastest
was taken; where that is one rewritten for speed, the fastest of the others stands there too. The
ways are below. Tables are read from memory, in DuckDB too. Where a work on two threads has two
goals, one is enough: memory may be its limit.

${ratios(run)}

## Limits

What the work reads, read and nothing done with it, by the best of the plain reads, of the same
memory; for the file, its bytes at the speed of memory.

${limits(run)}

## Reading memory

Over and over, each thread a piece of its own; all threads together.

${sweep(run)}

## Other engines, other threads

For information: the best of ${run.repetitions}, not interleaved.

${others(run)}

## Ways

The better of two runs, or one of more than 20 s; all gave the right answer. What is not taken is
right on this data only, or does less.

${ways(run)}

## What the gaps are made of

${gaps}
`;
}
