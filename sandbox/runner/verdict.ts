/** What a run has shown, in numbers. */
export interface Findings {
  readonly attacks: number;
  readonly repaired: number;
  /** Of those, the ones that a person approved. */
  readonly approved: number;
  /** Of those, the ones that were taken back again. */
  readonly undone: number;
  /** On the network and its edge. */
  readonly networkAttacks: number;
  /** Of those, the ones of which something deployed tells. */
  readonly noticed: number;
  readonly skipped: number;
  readonly differences: number;
  /** Connections to the outside that were refused. */
  readonly refused: number;
  /** What the gateway found wrong without breaking a call. */
  readonly warnings: number;
}

/** Whether that is what it should be, and the one line that says so. */
export function verdictOf(findings: Findings): { readonly isGood: boolean; readonly line: string } {
  const { attacks, repaired, approved, undone, networkAttacks, noticed, skipped, differences, refused, warnings } =
    findings;
  const parts = [
    `${repaired} of ${attacks} attacks repaired`,
    `${approved} of them approved first`,
    `${undone} taken back`,
    `${noticed} of ${networkAttacks} on the network noticed`,
    `${skipped} skipped`,
    `${differences} differences`,
    ...(refused > 0 ? [`${refused} connections refused`] : []),
    ...(warnings > 0 ? [`${warnings} warnings of the gateway`] : []),
  ];
  const isGood =
    attacks > 0 &&
    repaired === attacks &&
    approved > 0 &&
    undone > 0 &&
    networkAttacks > 0 &&
    noticed === networkAttacks &&
    skipped + differences + refused + warnings === 0;
  return { isGood, line: parts.join(', ') };
}
