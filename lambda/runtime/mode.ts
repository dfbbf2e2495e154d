import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ConfigurationError } from './errors';
import { RETRIES, TIMEOUTS } from './sessions';

/** What automatic repair may do: `ENFORCE` repairs, `OBSERVE` only tells. */
export type Mode = 'OBSERVE' | 'ENFORCE';

/** A changed parameter takes effect within this time. */
const FRESH_MS = 30_000;

/** The switch: a parameter, so that stopping all repairs needs no deployment. Unreadable or unknown means no change. */
export class ModeSwitch {
  private readonly ssm: SSMClient;
  private cached: { readonly mode: Mode; readonly until: number } | undefined;

  public constructor(
    private readonly parameter: string,
    region: string,
  ) {
    this.ssm = new SSMClient({ region, ...RETRIES, requestHandler: TIMEOUTS });
  }

  /** @throws ConfigurationError when the parameter says neither OBSERVE nor ENFORCE. */
  public async read(now: Date): Promise<Mode> {
    if (this.cached === undefined || this.cached.until <= now.getTime()) {
      const answer = await this.ssm.send(new GetParameterCommand({ Name: this.parameter }));
      const value = answer.Parameter?.Value;
      if (value !== 'OBSERVE' && value !== 'ENFORCE') {
        throw new ConfigurationError(
          `${this.parameter} must be OBSERVE or ENFORCE, got ${JSON.stringify(value)}: nothing is changed`,
        );
      }
      this.cached = { mode: value, until: now.getTime() + FRESH_MS };
    }
    return this.cached.mode;
  }
}
