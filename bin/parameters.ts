import { QUALIFIER, REGION } from '../lambda/runtime/deployment/spec';
import {
  IacManaged,
  type LayeredNetworkProps,
  NetworkConnectivity,
  NetworkTopology,
  RemediationMode,
  S3DataEvents,
} from '../lib';

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
  /**
   * `ENFORCE` repairs new drift where that interrupts nothing and proposes the rest, `PROPOSE` asks a person each time,
   * `OBSERVE` only reports. The parameter `/bulwark/<qualifier>/response/override/mode`, which a person writes, counts before
   * it. Default: ENFORCE.
   */
  readonly remediationMode?: keyof typeof RemediationMode;
  /** Modes that differ, by `REMEDIATION`, `REMEDIATION/ACCOUNT` or `all/ACCOUNT`. Default: none. */
  readonly remediationModes?: Readonly<Record<string, keyof typeof RemediationMode>>;
  /** Remediations that also repair what was there before; `all` for each. Default: none, it is proposed. */
  readonly adoptExisting?: readonly string[];
  /**
   * Resources of CloudFormation stacks: `PROPOSE`, `PROPOSE_DEPLOYED` (where CloudFormation made the change), `ENFORCE`.
   * Default: PROPOSE_DEPLOYED.
   */
  readonly iacManaged?: keyof typeof IacManaged;
  /** Most changes of one remediation within a clock hour; what is beyond is proposed. Default: 20. */
  readonly changeCap?: number;
  /** Folder of bundled remediations of your own, as `AutoRemediation.modules` has it. Default: none. */
  readonly modules?: string;
  /** Calls on objects that the trail records, each of which is billed: `ALL`, `WRITE_ONLY` or `NONE`. Default: ALL. */
  readonly s3DataEvents?: keyof typeof S3DataEvents;
  /** Names of the buckets whose objects are watched, to bound that cost. Default: all but those of the archive. */
  readonly s3DataEventBuckets?: readonly string[];
  /**
   * `CREATE` makes a GuardDuty detector in each Region, `NONE` leaves GuardDuty to somebody else, for example to the
   * administrator of an organization. Default: CREATE.
   */
  readonly guardDuty?: 'CREATE' | 'NONE';
  /** Detectors that are there already, by Region: they are adopted, since there is one for each Region. Default: none. */
  readonly detectors?: Readonly<Record<string, string>>;
  /**
   * A layered network in the home Region: `THREE_VPCS`, `SINGLE_VPC` or `NONE`. Its interface endpoints have a standing fee, which
   * `bulwark network` lists. Default: NONE.
   */
  readonly network?: keyof typeof NetworkTopology | 'NONE';
  /** What of the network differs from its defaults, as `LayeredNetwork` has it. Default: nothing. */
  readonly networkOptions?: NetworkOptions;
  /**
   * A web firewall for others to be put behind: `REGIONAL` in the home Region, `CLOUDFRONT`, `BOTH` or `NONE`. Each has a standing
   * fee for itself and its rules. Default: NONE.
   */
  readonly webFirewall?: 'NONE' | 'REGIONAL' | 'CLOUDFRONT' | 'BOTH';
  /** Mail address that hears when a signal could not be handled; AWS asks it to confirm. Default: nobody. */
  readonly alarmEmail?: string;
  /** Tags of everything that is created. Default: none. */
  readonly tags?: Readonly<Record<string, string>>;
}

const NETWORK_OPTIONS = [
  'accessScope',
  'appPorts',
  'availabilityZones',
  'cidrs',
  'connectivity',
  'databasePorts',
  'dnsFirewall',
  'dnsFirewallAction',
  'dnsFirewallFailOpen',
  'dnssecValidation',
  'edgePrefixListIds',
  'inspection',
  'interfaceEndpoints',
  'ipamPoolId',
  'maxAzs',
  'natGateways',
  'organizationId',
  'readableBuckets',
] as const satisfies ReadonlyArray<keyof LayeredNetworkProps>;

/** What may be decided of the network. */
export type NetworkOptions = Pick<LayeredNetworkProps, (typeof NETWORK_OPTIONS)[number]>;

/** One entry per environment; `cdk deploy -c environment=NAME` picks one. Edit this. */
export const ENVIRONMENTS: Readonly<Record<string, BaselineParameters>> = {
  default: {},
  sandbox: { account: '123456789012', homeRegion: 'eu-central-1', network: 'THREE_VPCS', webFirewall: 'BOTH' },
  'sandbox-single': { account: '123456789012', homeRegion: 'eu-central-1', network: 'SINGLE_VPC' },
  'sandbox-transit': {
    account: '123456789012',
    homeRegion: 'eu-central-1',
    qualifier: 'transit',
    network: 'THREE_VPCS',
    networkOptions: {
      connectivity: NetworkConnectivity.TRANSIT_GATEWAY,
      inspection: { allowedDomains: ['.example.com'] },
    },
  },
};

/** Parameters with nothing left open. */
export type ResolvedParameters = Required<Omit<BaselineParameters, Open>> & Pick<BaselineParameters, Open>;

/** What may be left out to the end: nobody is told, every bucket is watched, cap and repairs are the library's own. */
type Open = 'alarmEmail' | 's3DataEventBuckets' | 'changeCap' | 'modules';

/** Global services emit their events in this Region only. */
export const GLOBAL_REGION = 'us-east-1';

const KNOWN = [
  'account',
  'homeRegion',
  'otherRegions',
  'qualifier',
  'remediationMode',
  'remediationModes',
  'adoptExisting',
  'iacManaged',
  'changeCap',
  'modules',
  's3DataEvents',
  's3DataEventBuckets',
  'guardDuty',
  'detectors',
  'network',
  'networkOptions',
  'webFirewall',
  'alarmEmail',
  'tags',
] as const satisfies ReadonlyArray<keyof BaselineParameters>;
const ACCOUNT = /^\d{12}$/;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const DETECTOR = /^[0-9a-f]{32}$/;
const WEB_FIREWALLS: readonly string[] = ['NONE', 'REGIONAL', 'CLOUDFRONT', 'BOTH'];
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
  const remediationModes = given.remediationModes ?? {};
  const adoptExisting = given.adoptExisting ?? [];
  const iacManaged = given.iacManaged ?? 'PROPOSE_DEPLOYED';
  const otherRegions = given.otherRegions ?? [];
  const s3DataEvents = given.s3DataEvents ?? 'ALL';
  const guardDuty = given.guardDuty ?? 'CREATE';
  const detectors = given.detectors ?? {};
  const network = given.network ?? 'NONE';
  const networkOptions = given.networkOptions ?? {};
  const webFirewall = given.webFirewall ?? 'NONE';
  const { alarmEmail, s3DataEventBuckets, changeCap, modules } = given;
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
    !Object.hasOwn(RemediationMode, remediationMode) &&
      `remediationMode must be OBSERVE, PROPOSE or ENFORCE, got "${String(remediationMode)}"`,
    ...Object.entries(remediationModes).map(
      ([scope, mode]) =>
        !Object.hasOwn(RemediationMode, mode) &&
        `remediationModes.${scope} must be OBSERVE, PROPOSE or ENFORCE, got "${String(mode)}"`,
    ),
    !Object.hasOwn(IacManaged, iacManaged) &&
      `iacManaged must be PROPOSE, PROPOSE_DEPLOYED or ENFORCE, got "${String(iacManaged)}"`,
    !Object.hasOwn(S3DataEvents, s3DataEvents) &&
      `s3DataEvents must be ALL, WRITE_ONLY or NONE, got "${String(s3DataEvents)}"`,
    s3DataEventBuckets?.length === 0 &&
      's3DataEventBuckets must name the buckets to watch, got none; leave it out for all',
    s3DataEventBuckets !== undefined &&
      s3DataEvents === 'NONE' &&
      's3DataEventBuckets must be left out where s3DataEvents is NONE: nothing is recorded of them',
    ...(s3DataEventBuckets ?? []).map(
      (bucket) => !BUCKET.test(bucket) && `s3DataEventBuckets must be names of buckets, got "${bucket}"`,
    ),
    guardDuty !== 'CREATE' && guardDuty !== 'NONE' && `guardDuty must be CREATE or NONE, got "${String(guardDuty)}"`,
    ...Object.entries(detectors).map(
      ([region, id]) =>
        !(REGION.test(region) && DETECTOR.test(id)) &&
        `detectors must map Regions to ids of 32 hexadecimal digits, got "${region}": "${id}"`,
    ),
    guardDuty === 'NONE' &&
      Object.keys(detectors).length > 0 &&
      'detectors must be left out where guardDuty is NONE: nothing is done with them',
    network !== 'NONE' &&
      !Object.hasOwn(NetworkTopology, network) &&
      `network must be THREE_VPCS, SINGLE_VPC or NONE, got "${String(network)}"`,
    ...Object.keys(networkOptions).map(
      (name) =>
        !(NETWORK_OPTIONS as readonly string[]).includes(name) &&
        `networkOptions.${name} is no option of the network; there are ${NETWORK_OPTIONS.join(', ')}`,
    ),
    network === 'NONE' &&
      Object.keys(networkOptions).length > 0 &&
      'networkOptions must be left out where network is NONE: nothing is done with them',
    !WEB_FIREWALLS.includes(webFirewall) &&
      `webFirewall must be ${WEB_FIREWALLS.slice(1).join(', ')} or NONE, got "${String(webFirewall)}"`,
    alarmEmail !== undefined && !EMAIL.test(alarmEmail) && `alarmEmail must be a mail address, got "${alarmEmail}"`,
  ].filter((problem): problem is string => typeof problem === 'string');
  if (problems.length > 0 || account === undefined || homeRegion === undefined) {
    throw new Error(`the environment "${environment}" in bin/parameters.ts cannot be deployed: ${problems.join('; ')}`);
  }
  return {
    account,
    homeRegion,
    otherRegions,
    qualifier,
    remediationMode,
    remediationModes,
    adoptExisting,
    iacManaged,
    changeCap,
    modules,
    s3DataEvents,
    s3DataEventBuckets,
    guardDuty,
    detectors,
    network,
    networkOptions,
    webFirewall,
    alarmEmail,
    tags,
  };
}
