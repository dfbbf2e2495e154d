import { isDeepStrictEqual } from 'node:util';
import {
  type AdvancedEventSelector,
  CloudTrailClient,
  type EventSelector,
  GetEventSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  UpdateTrailCommand,
  type UpdateTrailCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { BulwarkError, isAwsError } from '../../runtime/errors';
import { compliant, drift, type Remediator, type Settings } from '../../runtime/remediation';
import { textAt } from '../../runtime/foreign';

/** The parts of a trail that this remediation holds. A repair names only those that differ. */
interface TrailState {
  readonly logging?: boolean;
  readonly selectors?: { readonly basic?: EventSelector[]; readonly advanced?: AdvancedEventSelector[] };
  readonly trail?: TrailSettings;
}

interface TrailSettings {
  readonly IsMultiRegionTrail?: boolean;
  readonly IncludeGlobalServiceEvents?: boolean;
  readonly LogFileValidationEnabled?: boolean;
  readonly S3BucketName?: string;
  readonly S3KeyPrefix?: string;
  readonly KmsKeyId?: string;
  readonly CloudWatchLogsLogGroupArn?: string;
  readonly CloudWatchLogsRoleArn?: string;
}

/** `arn:PARTITION:cloudtrail:REGION:ACCOUNT:trail/NAME` */
const TRAIL_ARN = /^arn:[\w-]+:cloudtrail:([\w-]+):\d{12}:trail\/([\w.-]+)$/;

/** Restores the baseline's own trail. Restoring a control is never undone, hence there is no way back from here. */
export function create(settings: Settings): Remediator<TrailState> {
  const [, region, trail] = TRAIL_ARN.exec(settings.trailArn ?? '') ?? [];
  const secure: Required<TrailSettings> = {
    IsMultiRegionTrail: true,
    IncludeGlobalServiceEvents: true,
    LogFileValidationEnabled: true,
    S3BucketName: settings.bucket ?? '',
    S3KeyPrefix: '', // the bucket's policy admits no other
    KmsKeyId: settings.kmsKeyId ?? '',
    CloudWatchLogsLogGroupArn: settings.logGroupArn ?? '',
    CloudWatchLogsRoleArn: settings.deliveryRoleArn ?? '',
  };
  const selectors = JSON.parse(settings.eventSelectors ?? '[]') as AdvancedEventSelector[];

  return {
    locate: (signal) => {
      // StopLogging and UpdateTrail say `name`, PutEventSelectors says `trailName`; each takes a name or an ARN.
      const named =
        textAt(signal.record, 'requestParameters.name') ?? textAt(signal.record, 'requestParameters.trailName');
      const ours = named === settings.trailArn || (named === trail && signal.region === region);
      return ours && trail !== undefined && region !== undefined ? [{ names: { trail }, region }] : [];
    },

    // Whatever trail a finding is about, this is the one that is held; one look tells whether it is weakened.
    locateFinding: () => (trail !== undefined && region !== undefined ? [{ names: { trail }, region }] : []),

    list: async () => ({
      resources: trail !== undefined && region !== undefined ? [{ names: { trail }, region }] : [],
    }),

    inspect: async (_resource, read) => {
      const cloudtrail = read(CloudTrailClient);
      const Name = settings.trailArn;
      try {
        const [{ Trail }, { IsLogging }, found] = await Promise.all([
          cloudtrail.send(new GetTrailCommand({ Name })),
          cloudtrail.send(new GetTrailStatusCommand({ Name })),
          cloudtrail.send(new GetEventSelectorsCommand({ TrailName: Name })),
        ]);
        const before: TrailSettings = {};
        const after: TrailSettings = {};
        for (const [key, value] of Object.entries(secure)) {
          const present = Trail?.[key as keyof TrailSettings] ?? '';
          if (present !== value) Object.assign(before, { [key]: present }) && Object.assign(after, { [key]: value });
        }
        const weakened = Object.keys(after).length > 0;
        const stopped = IsLogging !== true;
        const narrowed = !isDeepStrictEqual(normal(found.AdvancedEventSelectors ?? []), normal(selectors));
        if (!weakened && !stopped && !narrowed) return compliant();
        return drift<TrailState>(
          {
            ...(weakened ? { trail: before } : {}),
            ...(stopped ? { logging: false } : {}),
            ...(narrowed ? { selectors: { basic: found.EventSelectors, advanced: found.AdvancedEventSelectors } } : {}),
          },
          {
            ...(weakened ? { trail: after } : {}),
            ...(stopped ? { logging: true } : {}),
            ...(narrowed ? { selectors: { advanced: selectors } } : {}),
          },
        );
      } catch (error) {
        // Without the trail nothing of this account is seen any more, so this must not pass for secure.
        if (isAwsError(error, ['TrailNotFoundException'])) {
          throw new BulwarkError(`${Name} was deleted: deploy the audit stack again`, { cause: error });
        }
        throw error;
      }
    },

    // Logging first: each second without it is lost for ever, the rest can be read back later.
    apply: async (_resource, { after }, write) => {
      const cloudtrail = write(CloudTrailClient);
      const Name = settings.trailArn;
      if (after.logging) await cloudtrail.send(new StartLoggingCommand({ Name }));
      if (after.trail) await cloudtrail.send(new UpdateTrailCommand(updateOf(Name, after.trail, secure)));
      if (after.selectors) {
        await cloudtrail.send(new PutEventSelectorsCommand({ TrailName: Name, AdvancedEventSelectors: selectors }));
      }
    },
  };
}

/**
 * CloudTrail takes a log group only together with the role that writes to it, and calls file validation otherwise when it
 * is set than when it is read.
 */
function updateOf(
  Name: string | undefined,
  { LogFileValidationEnabled, CloudWatchLogsLogGroupArn, CloudWatchLogsRoleArn, ...same }: TrailSettings,
  secure: Required<TrailSettings>,
): UpdateTrailCommandInput {
  const logs = CloudWatchLogsLogGroupArn ?? CloudWatchLogsRoleArn;
  return {
    Name,
    ...same,
    ...(LogFileValidationEnabled === undefined ? {} : { EnableLogFileValidation: LogFileValidationEnabled }),
    ...(logs === undefined
      ? {}
      : {
          CloudWatchLogsLogGroupArn: secure.CloudWatchLogsLogGroupArn,
          CloudWatchLogsRoleArn: secure.CloudWatchLogsRoleArn,
        }),
  };
}

/** Selectors in an order of their own, without members that say nothing: AWS returns them as it likes. */
function normal(selectors: AdvancedEventSelector[]): unknown[] {
  return selectors
    .map(({ Name, FieldSelectors }) => ({
      Name: Name ?? '',
      FieldSelectors: (FieldSelectors ?? [])
        .map((field) =>
          Object.fromEntries(
            Object.entries(field).filter(([, value]) =>
              Array.isArray(value) ? value.length > 0 : value !== undefined,
            ),
          ),
        )
        .sort(byText),
    }))
    .sort(byText);
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
