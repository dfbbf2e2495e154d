import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ConfigurationError } from './errors';
import { RETRIES, TIMEOUTS } from './sessions';

/** What automatic repair may do: `ENFORCE` repairs, `OBSERVE` only tells. */
export type Mode = 'OBSERVE' | 'ENFORCE';

/** A changed parameter takes effect within this time. */
const FRESH_MS = 30_000;

/**
 * The switch: two parameters, so that stopping all repairs needs no deployment. What a person wrote into the override counts
 * before what was deployed, because CloudFormation may write its own parameter again at any update. Unreadable or unknown
 * means no change.
 */
export class ModeSwitch {
  private readonly ssm: SSMClient;
  private cached: { readonly mode: Mode; readonly until: number } | undefined;

  public constructor(
    private readonly deployed: string,
    private readonly override: string,
    region: string,
  ) {
    this.ssm = new SSMClient({ region, ...RETRIES, requestHandler: TIMEOUTS });
  }

  /** @throws ConfigurationError when the parameter that counts says neither OBSERVE nor ENFORCE. */
  public async read(now: Date): Promise<Mode> {
    if (this.cached === undefined || this.cached.until <= now.getTime()) {
      const { Parameters = [] } = await this.ssm.send(
        new GetParametersCommand({ Names: [this.override, this.deployed] }),
      );
      const counts =
        Parameters.find(({ Name }) => Name === this.override) ?? Parameters.find(({ Name }) => Name === this.deployed);
      const value = counts?.Value;
      if (value !== 'OBSERVE' && value !== 'ENFORCE') {
        throw new ConfigurationError(
          `${counts?.Name ?? this.deployed} must be OBSERVE or ENFORCE, got ${JSON.stringify(value)}: nothing is changed`,
        );
      }
      this.cached = { mode: value, until: now.getTime() + FRESH_MS };
    }
    return this.cached.mode;
  }
}
