// Engines write groups in any order and counts as numbers or text. Here they become one form, and
// anything that differs stops the run.

export function canonical(answer) {
  return answer.map((row) => row.map(String).join(' | ')).sort();
}

export function checkSame(work, expected, answer) {
  const [a, b] = [canonical(expected), canonical(answer)];
  const at = a.findIndex((row, i) => row !== b[i]);
  if (a.length === b.length && at < 0) return;
  const show = (rows) => `${rows.length} rows, of them ${rows[Math.max(at, 0)] ?? 'none there'}`;
  throw new Error(`${work}: the answers differ.\n  expected ${show(a)}\n  got      ${show(b)}`);
}
