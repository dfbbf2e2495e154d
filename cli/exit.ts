/** How the program can end; every `--help` shows the table. 2 is a wrong call, as in getopt's programs. */
export const EXITS = {
  done: { code: 0, meaning: 'done' },
  failed: { code: 1, meaning: 'refused by the engine or by AWS, or an attack was not answered' },
  usage: { code: 2, meaning: 'called in a wrong way' },
  notFound: { code: 3, meaning: 'there is no such deployment, network, run, plan, exemption or override' },
  notConfirmed: { code: 4, meaning: 'not confirmed, nothing was changed' },
  timedOut: { code: 5, meaning: 'the answer did not come in time; what was ordered stands' },
  interrupted: { code: 130, meaning: 'interrupted' },
} as const;
export type Exit = keyof typeof EXITS;

/** Ends the program with one sentence. */
export class Stop extends Error {
  public constructor(
    public readonly exit: Exit,
    sentence: string,
    options?: ErrorOptions,
  ) {
    super(sentence, options);
  }
}

/** For the end of a help text. */
export function exitTable(): string {
  return [
    'Exit codes:',
    ...Object.values(EXITS).map(({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}`),
  ].join('\n');
}
