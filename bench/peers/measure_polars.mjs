// Polars, for information: fewer repetitions, in a process of its own for each number of threads.
import { csvFile } from './measure_csv.mjs';
import { fastestWays, worker } from './duel.mjs';
import { bestOf } from './pairs.mjs';
import { POLARS_WAYS } from './polars_ways.mjs';

export async function measurePolars(run) {
  const file = await csvFile(run);
  for (const threads of run.threads) {
    run.say(`Polars, ${threads} threads`);
    const polars = run.startPolars(threads);
    run.info.polars = await polars.ask('info');
    await polars.ask('make', 'table', run.rows.table);
    for (const [work, ways] of Object.entries(POLARS_WAYS)) {
      const words = work === 'csv' ? [file] : [];
      const { best } = await fastestWays(run, polars, work, threads, ways, ...words);
      const again = await bestOf(run.repetitions - 1,
        worker(run, polars, work, threads, best.index, ...words));
      run.others.push({
        work, engine: 'Polars', threads, way: best.name, seconds: Math.min(best.seconds, again),
      });
    }
    await polars.stop();
  }
}
