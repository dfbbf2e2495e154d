const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const controller = new AbortController();
const endings: Array<() => void | Promise<void>> = [];

/** Ends whatever is being waited for. */
export const interrupted: AbortSignal = controller.signal;

/**
 * Does something before an interrupted program ends: says what stands, removes what was made.
 *
 * @returns takes it off again
 */
export function onInterrupt(ending: () => void | Promise<void>): () => void {
  endings.push(ending);
  return () => {
    const index = endings.indexOf(ending);
    if (index >= 0) endings.splice(index, 1);
  };
}

/** From here on Ctrl-C ends in good order; a second one ends at once. */
export function mindInterrupts(exit: (code: number) => void = process.exit): void {
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (interrupted.aborted) exit(code);
      else void end(code, exit);
    });
  }
}

async function end(code: number, exit: (code: number) => void): Promise<void> {
  controller.abort();
  // In the order in which they came: the screen is put in order first. One that fails keeps nobody from ending.
  for (const ending of [...endings]) await Promise.resolve(ending()).catch(() => undefined);
  exit(code);
}
