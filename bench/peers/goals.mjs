// What each line of the table must reach, and what it aims at. Ratios are times as fast as the
// other side, but for batches, where the ratio is what a row costs more.

const atLeast = (least, aim) => ({ least, aim, met: (ratio) => ratio >= least });

export const GOALS = {
  tally: atLeast(0.85, 0.95),
  group: atLeast(5, 8),
  month: atLeast(15, 30),
  latest: atLeast(10, 15),
  csv: atLeast(12, 20),
  threads: atLeast(1.8, 1.95),
  memoryOnThreads: atLeast(0.85),
  batch: { most: 1.2, met: (ratio) => ratio <= 1.2 },
};
