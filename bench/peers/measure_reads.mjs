// The sweep: how fast plain reads of memory are, from the size of a cache to that of memory. Which
// reader is best differs; the best of each size is kept.

const SIZES = [2 ** 15, 2 ** 20, 2 ** 24, 2 ** 27, 2 ** 30];
const QUICK_SIZES = [2 ** 15, 2 ** 20, 2 ** 24];

export async function measureReads(run) {
  run.say('Reading memory');
  for (const bytes of run.small ? QUICK_SIZES : SIZES) {
    for (const threads of run.threads) {
      let best = { bytesPerSecond: 0 };
      for (const reader of run.info.nps.readers) {
        const swept = await run.nps.ask('sweep', bytes, threads, reader);
        const bytesPerSecond = swept.bytes_per_second;
        if (bytesPerSecond > best.bytesPerSecond) best = { bytes, threads, reader, bytesPerSecond };
      }
      run.sweep.push(best);
      run.reader[threads] = best.reader;  // of the largest size in the end
      run.bytesPerSecond[threads] = best.bytesPerSecond;
    }
  }
}
