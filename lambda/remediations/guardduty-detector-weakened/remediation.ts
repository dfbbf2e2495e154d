import {
  CreateDetectorCommand,
  type DetectorFeatureConfiguration,
  type FindingPublishingFrequency,
  GetDetectorCommand,
  type GetDetectorCommandOutput,
  GuardDutyClient,
  ListDetectorsCommand,
  UpdateDetectorCommand,
} from '@aws-sdk/client-guardduty';
import { BulwarkError, ConfigurationError, isAwsError } from '../../runtime/errors';
import { isRecord } from '../../runtime/foreign';
import { compliant, drift, type Remediator, type Settings } from '../../runtime/remediation';
import type { WantedDetector } from './spec';

/**
 * The parts of a detector that this remediation holds. A repair names only those that differ; without any detector it names
 * all, and `detector` is null.
 */
interface DetectorState {
  readonly detector?: 'new' | null;
  readonly status?: string;
  readonly frequency?: string;
  /** `FEATURE` or `FEATURE/ADDITIONAL` -> ENABLED, DISABLED, or ABSENT where the detector does not tell it. */
  readonly features?: Readonly<Record<string, string>>;
}

/** In place of the detector's id where there is none. No detector is called so: ids are hexadecimal. */
const NO_DETECTOR = 'none';

/** Restores the one detector of an account and Region. Features that are on beyond the wanted ones stay as they are. */
export function create(settings: Settings): Remediator<DetectorState> {
  return {
    locate: () => [{ names: {} }],

    list: async () => ({ resources: [{ names: {} }] }),

    inspect: async ({ names }, read) => {
      const guardduty = read(GuardDutyClient);
      const wanted = wantedIn(settings, names.region ?? '');
      const { DetectorIds = [] } = await guardduty.send(new ListDetectorsCommand({}));
      const [DetectorId] = DetectorIds;
      if (DetectorId === undefined) {
        return drift<DetectorState>(
          { detector: null },
          {
            detector: 'new',
            status: 'ENABLED',
            frequency: wanted.frequency,
            features: Object.fromEntries([...wanted.features].map(([name, on]) => [name, statusOf(on)])),
          },
          { detector: NO_DETECTOR },
        );
      }
      const found = await guardduty.send(new GetDetectorCommand({ DetectorId }));
      const present = statesIn(found);
      const off = [...wanted.features].filter(([name, on]) => on && present.get(name) !== 'ENABLED');
      const suspended = found.Status !== 'ENABLED';
      const slow = found.FindingPublishingFrequency !== wanted.frequency;
      if (!suspended && !slow && off.length === 0) return compliant();
      return drift<DetectorState>(
        {
          ...(suspended && { status: found.Status ?? 'ABSENT' }),
          ...(slow && { frequency: found.FindingPublishingFrequency ?? 'ABSENT' }),
          ...(off.length > 0 && {
            features: Object.fromEntries(off.map(([name]) => [name, present.get(name) ?? 'ABSENT'])),
          }),
        },
        {
          ...(suspended && { status: 'ENABLED' }),
          ...(slow && { frequency: wanted.frequency }),
          ...(off.length > 0 && { features: Object.fromEntries(off.map(([name]) => [name, statusOf(true)])) }),
        },
        { detector: DetectorId },
      );
    },

    apply: async (_resource, { after, names = {} }, write) => {
      const guardduty = write(GuardDutyClient);
      const set = {
        ...(after.frequency !== undefined && {
          FindingPublishingFrequency: after.frequency as FindingPublishingFrequency,
        }),
        ...(after.features !== undefined && { Features: featuresOf(after.features) }),
      };
      try {
        if (after.detector === 'new') {
          await guardduty.send(new CreateDetectorCommand({ Enable: true, ...set }));
        } else {
          await guardduty.send(
            new UpdateDetectorCommand({
              DetectorId: names.detector as string,
              ...(after.status !== undefined && { Enable: true }),
              ...set,
            }),
          );
        }
      } catch (error) {
        // GuardDuty has one error for all it does not take; only its message tells which it is.
        if (isAwsError(error, ['BadRequestException'])) {
          throw new BulwarkError(
            `GuardDuty refused the change: an administrator account or a policy of the organization manages this detector (then set it there, and leave this remediation out here), or the Region lacks a feature. It says: ${(error as Error).message}`,
            { cause: error },
          );
        }
        throw error;
      }
    },
  };
}

interface WantedHere {
  readonly frequency: string;
  /** `FEATURE` or `FEATURE/ADDITIONAL` -> whether it is to be on, in the order in which GuardDuty takes them. */
  readonly features: ReadonlyMap<string, boolean>;
}

/**
 * What is wanted in one Region.
 *
 * @throws ConfigurationError when the deployment gave something else
 */
function wantedIn({ features: json = '' }: Settings, region: string): WantedHere {
  const { frequency, features, additional, unavailable } = parse(json);
  const lacking = Object.hasOwn(unavailable, region) ? (unavailable[region] ?? []) : [];
  const flat = Object.entries(features).flatMap(([name, on]): Array<[string, boolean]> => {
    const more = Object.entries(Object.hasOwn(additional, name) ? (additional[name] ?? {}) : {});
    return [[name, on], ...more.map(([each, wanted]): [string, boolean] => [`${name}/${each}`, on && wanted])];
  });
  return { frequency, features: new Map(flat.filter(([name]) => !isLacking(name, lacking))) };
}

/** What belongs to a feature lacks together with it. */
function isLacking(name: string, lacking: readonly string[]): boolean {
  return lacking.includes(name) || lacking.includes(name.split('/')[0] as string);
}

function parse(json: string): WantedDetector {
  const refused = (cause?: unknown) =>
    new ConfigurationError(
      `the setting features of guardduty-detector-weakened must be the JSON that ThreatDetection gives (remediationSettings), got ${JSON.stringify(json).slice(0, 100)}`,
      { cause },
    );
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw refused(cause);
  }
  if (!isRecord(value)) throw refused();
  const { frequency, features, additional = {}, unavailable = {} } = value;
  const right =
    typeof frequency === 'string' &&
    isRecordOf(features, isBoolean) &&
    Object.keys(features).length > 0 &&
    isRecordOf(additional, (each) => isRecordOf(each, isBoolean)) &&
    isRecordOf(unavailable, (each) => Array.isArray(each) && each.every((name) => typeof name === 'string'));
  if (!right) throw refused();
  return { frequency, features, additional, unavailable } as WantedDetector;
}

function isRecordOf(value: unknown, is: (member: unknown) => boolean): value is Record<string, unknown> {
  return isRecord(value) && Object.values(value).every(is);
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function statusOf(on: boolean): 'ENABLED' | 'DISABLED' {
  return on ? 'ENABLED' : 'DISABLED';
}

/** Features of a detector as it tells them, with what belongs to a feature under a name of its own. */
function statesIn({ Features = [] }: GetDetectorCommandOutput): Map<string, string> {
  return new Map(
    Features.flatMap(({ Name, Status, AdditionalConfiguration = [] }) => [
      [Name as string, Status ?? 'ABSENT'] as const,
      ...AdditionalConfiguration.map((more) => [`${Name}/${more.Name}`, more.Status ?? 'ABSENT'] as const),
    ]),
  );
}

/** The other way round. What belongs to a feature can be set only together with it, and differs only where that is wanted. */
function featuresOf(states: Readonly<Record<string, string>>): DetectorFeatureConfiguration[] {
  const names = new Set(Object.keys(states).map((name) => name.split('/')[0] as string));
  return [...names].map((name) => {
    const more = Object.entries(states).filter(([each]) => each.startsWith(`${name}/`));
    return {
      Name: name,
      Status: states[name] ?? 'ENABLED',
      ...(more.length > 0 && {
        AdditionalConfiguration: more.map(([each, Status]) => ({ Name: each.slice(name.length + 1), Status })),
      }),
    } as DetectorFeatureConfiguration;
  });
}
