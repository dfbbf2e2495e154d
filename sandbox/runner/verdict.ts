/** What a run has shown, in numbers. */
export interface Findings {
  readonly attacks: number;
  readonly repaired: number;
  readonly skipped: number;
  readonly differences: number;
  /** Connections to the outside that were refused. */
  readonly refused: number;
  /** What the gateway found wrong without breaking a call. */
  readonly warnings: number;
}

/** Whether that is what it should be, and the one line that says so. */
export function verdictOf(findings: Findings): { readonly isGood: boolean; readonly line: string } {
  const { attacks, repaired, skipped, differences, refused, warnings } = findings;
  const parts = [
    `${repaired} of ${attacks} attacks repaired`,
    `${skipped} skipped`,
    `${differences} differences`,
    ...(refused > 0 ? [`${refused} connections refused`] : []),
    ...(warnings > 0 ? [`${warnings} warnings of the gateway`] : []),
  ];
  const isGood = attacks > 0 && repaired === attacks && skipped + differences + refused + warnings === 0;
  return { isGood, line: parts.join(', ') };
}
