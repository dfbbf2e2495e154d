import { RemediationMode } from '../lib';

/** What a platform team decides for one environment. Everything has a default but where it is deployed. */
export interface BaselineParameters {
  /** Twelve digits. Default: the account of the caller's credentials. */
  readonly account?: string;
  /** Home Region: archive, trail and the engine stand there. Default: the Region of the caller's configuration. */
  readonly homeRegion?: string;
  /** Further Regions in which drift is repaired. us-east-1 is always among them. Default: none. */
  readonly otherRegions?: readonly string[];
  /** Distinguishes deployments in one account: 1 to 10 lower-case letters or digits, beginning with a letter. Default: main. */
  readonly qualifier?: string;
  /** `ENFORCE` repairs new drift, `OBSERVE` only reports it; `/bulwark/<qualifier>/response/override` counts before it. Default: ENFORCE. */
  readonly remediationMode?: keyof typeof RemediationMode;
  /** Mail address that hears when a signal could not be handled; AWS asks it to confirm. Default: nobody. */
  readonly alarmEmail?: string;
  /** Tags of everything that is created. Default: none. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** One entry per environment; `cdk deploy -c environment=NAME` picks one. Edit this. */
export const ENVIRONMENTS: Readonly<Record<string, BaselineParameters>> = {
  default: {},
  sandbox: { account: '123456789012', homeRegion: 'eu-central-1' },
};

/** Parameters with nothing left open. */
export type ResolvedParameters = Required<Omit<BaselineParameters, 'alarmEmail'>> &
  Pick<BaselineParameters, 'alarmEmail'>;

/** Global services emit their events in this Region only. */
export const GLOBAL_REGION = 'us-east-1';

const KNOWN = ['account', 'homeRegion', 'otherRegions', 'qualifier', 'remediationMode', 'alarmEmail', 'tags'] as const;
const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const QUALIFIER = /^[a-z][a-z0-9]{0,9}$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/**
 * Picks an environment, fills what it leaves open and checks it.
 *
 * @throws Error that names each wrong value, where it stands and what it must be
 */
export function resolveParameters(
  environment: string,
  callers: { readonly account?: string; readonly region?: string },
  environments: Readonly<Record<string, BaselineParameters>> = ENVIRONMENTS,
): ResolvedParameters {
  const given = Object.hasOwn(environments, environment) ? environments[environment] : undefined;
  if (given === undefined) {
    throw new Error(
      `there is no environment "${environment}" in bin/parameters.ts; there are ${Object.keys(environments).join(', ')}. Pick one with -c environment=NAME`,
    );
  }
  const account = given.account ?? callers.account;
  const homeRegion = given.homeRegion ?? callers.region;
  const qualifier = given.qualifier ?? 'main';
  const remediationMode = given.remediationMode ?? 'ENFORCE';
  const otherRegions = given.otherRegions ?? [];
  const { alarmEmail } = given;
  const tags = given.tags ?? {};

  const problems = [
    ...Object.keys(given)
      .filter((name) => !(KNOWN as readonly string[]).includes(name))
      .map((name) => `${name} is not a parameter; there are ${KNOWN.join(', ')}`),
    account === undefined && 'account is not known: write it there, or call with AWS credentials',
    account !== undefined && !ACCOUNT.test(account) && `account must be 12 digits, got "${account}"`,
    homeRegion === undefined && 'homeRegion is not known: write it there, or set AWS_REGION',
    homeRegion !== undefined &&
      !REGION.test(homeRegion) &&
      `homeRegion must be a Region such as eu-central-1, got "${homeRegion}"`,
    ...otherRegions.map(
      (region) => !REGION.test(region) && `otherRegions must be Regions such as eu-west-1, got "${region}"`,
    ),
    !QUALIFIER.test(qualifier) &&
      `qualifier must be 1 to 10 lower-case letters or digits and begin with a letter, got "${qualifier}"`,
    !(remediationMode in RemediationMode) &&
      `remediationMode must be OBSERVE or ENFORCE, got "${String(remediationMode)}"`,
    alarmEmail !== undefined && !EMAIL.test(alarmEmail) && `alarmEmail must be a mail address, got "${alarmEmail}"`,
  ].filter((problem): problem is string => typeof problem === 'string');
  if (problems.length > 0 || account === undefined || homeRegion === undefined) {
    throw new Error(`the environment "${environment}" in bin/parameters.ts cannot be deployed: ${problems.join('; ')}`);
  }
  return { account, homeRegion, otherRegions, qualifier, remediationMode, alarmEmail, tags };
}
