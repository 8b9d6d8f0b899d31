interface Counted {
  users: number;
}

export function sumOf(counts: readonly Counted[]): number {
  return counts.reduce((sum, { users }) => sum + users, 0);
}

/** By the values of one field; what nobody has counts 0. */
export function sumBy<By extends string, Name extends string>(counts: readonly (Counted & Record<By, string>)[], by: By, names: readonly Name[]): Record<Name, number> {
  const sums = names.map((name) => [name, sumOf(counts.filter((count) => (count[by] as string) === name))]);
  return Object.fromEntries(sums) as Record<Name, number>;
}
