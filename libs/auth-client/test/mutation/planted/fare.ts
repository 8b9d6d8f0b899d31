/** What a ride costs. mutation.spec.ts checks that the line about dogs, which no test knows, is found. */
export function fareOf(ageYears: number, hasDog: boolean): number {
  let cents = 250;
  if (ageYears < 6) cents = 0;
  if (hasDog) cents += 100;
  return cents;
}
