// Measuring in pairs: theirs, ours, theirs, ours. The machine drifts, but little from one to the
// next, so that the ratio of a pair is worth more than the ratio of two averages.

function quantile(sorted, share) {
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)];
  return low + (sorted[Math.ceil(at)] - low) * (at - Math.floor(at));
}

export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    low: quantile(sorted, 0.25), median: quantile(sorted, 0.5), high: quantile(sorted, 0.75),
    best: sorted[0], count: sorted.length,
  };
}

// `theirs` and `ours` do the work once and return its seconds. The ratio says how many times as
// long theirs took; with `cost`, how many times as long ours did.
export async function pairs(count, theirs, ours, cost = false) {
  const taken = { theirs: [], ours: [] };
  for (let i = 0; i < count; ++i) {
    taken.theirs.push(await theirs());
    taken.ours.push(await ours());
  }
  return {
    ratio: spread(taken.theirs.map((seconds, i) =>
      (cost ? taken.ours[i] / seconds : seconds / taken.ours[i]))),
    theirs: spread(taken.theirs),
    ours: spread(taken.ours),
  };
}

export async function bestOf(count, work) {
  let best = Infinity;
  for (let i = 0; i < count; ++i) best = Math.min(best, await work());
  return best;
}
