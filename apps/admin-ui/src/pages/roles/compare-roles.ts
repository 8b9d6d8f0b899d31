/** @returns what both permit and what only one does, each in the order in which it came */
export function compareRoles(left: readonly string[], right: readonly string[]): { onlyLeft: string[]; both: string[]; onlyRight: string[] } {
  const [inLeft, inRight] = [new Set(left), new Set(right)];
  return {
    onlyLeft: left.filter((permission) => !inRight.has(permission)),
    both: left.filter((permission) => inRight.has(permission)),
    onlyRight: right.filter((permission) => !inLeft.has(permission)),
  };
}
