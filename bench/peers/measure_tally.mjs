// Eleven bins of a column of rating bytes, by each kernel, against the best plain read of it.
import { duel, duelThreads, measureLimit, reader, worker } from './duel.mjs';
import { bestOf } from './pairs.mjs';

export async function measureTally(run) {
  const { nps } = run;
  run.say('Tallying a column');
  await nps.ask('make', 'ratings', run.rows.tally);
  await chooseReaders(run);
  await measureLimit(run, 'tally');
  await worker(run, nps, 'tally', 1, 'scalar')();  // the reference, so the answer to agree with
  for (const kernel of run.info.nps.kernels.filter((name) => name !== 'scalar')) {
    await duel(run, {
      work: 'tally', title: `eleven-bin tally, ${kernel}`, goal: 'tally',
      against: `the best plain read, ${run.reader[1]}`,
      theirs: reader(run, 'tally', 1),
      ours: worker(run, nps, 'tally', 1, kernel),
    });
  }
  await duelThreads(run, { work: 'tally', title: 'eleven-bin tally', memoryBound: true });
  await nps.ask('drop', 'ratings');
}

// On this very memory.
async function chooseReaders(run) {
  for (const threads of run.threads) {
    let best = Infinity;
    for (const name of run.info.nps.readers) {
      const seconds = await bestOf(run.repetitions,
        async () => (await run.nps.run('read_tally', threads, name)).seconds);
      if (seconds < best) {
        best = seconds;
        run.reader[threads] = name;
        run.bytesPerSecond[threads] = run.rows.tally / seconds;
      }
    }
  }
}
