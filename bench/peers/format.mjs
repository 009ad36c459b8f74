// Figures and tables as text. What is not known is an empty cell.

const digits = (value, count) => (Number.isFinite(value) ? value.toFixed(count) : '');

export const ratio = (value) => digits(value, value >= 10 ? 1 : 2);
export const seconds = (value) => digits(value, value >= 1 ? 2 : value >= 0.1 ? 3 : 4);
export const perSecond = (value) => `${digits(value / 1e9, 1)} GB/s`;
export const count = (value) => value.toLocaleString('en-US').replaceAll(',', ' ');
export const threadsOf = (threads) => `${threads} thread${threads === 1 ? '' : 's'}`;

export function bytesOf(bytes) {
  const power = Math.min(3, Math.floor(Math.log2(bytes) / 10));
  return `${bytes / 1024 ** power} ${['bytes', 'KiB', 'MiB', 'GiB'][power]}`;
}

export function table(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
