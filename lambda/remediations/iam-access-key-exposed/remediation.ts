import {
  type AccessKeyMetadata,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListUsersCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { BulwarkError, ChangedError, isAwsError } from '../../runtime/errors';
import { textAt } from '../../runtime/foreign';
import { compliant, drift, type Located, type Remediator, type Settings } from '../../runtime/remediation';
import type { FindingSignal } from '../../runtime/signal';

/** Nothing in it changes from day to day: a plan is approved by its hash. */
interface KeysState {
  /** Path and name of the user. */
  readonly user: string;
  readonly keys: readonly KeyState[];
}

interface KeyState {
  readonly AccessKeyId: string;
  readonly Status: 'Active' | 'Inactive';
  /** When the key was made. */
  readonly CreateDate: string;
  readonly reason: string;
}

/** Security Hub's IAM.3. https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-3 */
const OLDEST_DAYS = 90;

const DAY_MS = 86_400_000;

/** Long-term keys begin so; keys of sessions, which end by themselves, begin with ASIA. */
const LONG_TERM_KEY = /^AKIA[A-Z0-9]{12,124}$/;

/** As Security Hub writes it (`AwsIamUser`), and as CloudFormation does. */
const USER_TYPE = /^A(?:wsIam|WS::IAM::)User$/;

const USER_ARN = /^arn:[\w-]+:iam::\d{12}:user\/(?:.+\/)?([\w+=,.@-]{1,64})$/;

/** IAM takes more in a path. A wildcard among it would widen the session policy that it goes into. */
const PLAIN_PATH = /^[\w+=,.@/-]{1,576}$/;

/** Users of one page of a sweep. */
const PAGE = 200;

/**
 * Makes active keys inactive: those that are older than 90 days, and the one that a finding of GuardDuty names.
 *
 * @param now is asked for the age of keys
 */
export function create(_settings: Settings = {}, now: () => Date = () => new Date()): Remediator<KeysState> {
  return {
    locate: () => [],

    locateFinding: (finding) => (finding.subject.product === 'guardduty' ? keyIn(finding) : usersIn(finding)),

    list: async (read, _place, next) => {
      const { Users = [], Marker } = await read(IAMClient).send(
        new ListUsersCommand({ MaxItems: PAGE, ...(next !== undefined && { Marker: next }) }),
      );
      const resources = Users.flatMap(({ UserName }) => (UserName ? [{ names: { user: UserName } }] : []));
      return { resources, ...(Marker && { next: Marker }) };
    },

    inspect: async ({ names }, read) => {
      const iam = read(IAMClient);
      const UserName = names.user as string;
      try {
        const { AccessKeyMetadata: keys = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
        const offending = keys
          .flatMap((key) => offenceOf(key, names.key, now()))
          .sort((a, b) => (a.AccessKeyId < b.AccessKeyId ? -1 : 1));
        if (offending.length === 0) return compliant();
        const { User } = await iam.send(new GetUserCommand({ UserName }));
        const user = plainPath(`${User?.Path ?? '/'}${UserName}`.slice(1));
        return drift<KeysState>(
          { user, keys: offending },
          { user, keys: offending.map((key) => ({ ...key, Status: 'Inactive' })) },
          { userPath: user },
        );
      } catch (error) {
        if (isAwsError(error, ['NoSuchEntityException'])) return compliant('the user is gone');
        throw error;
      }
    },

    apply: async ({ names }, { after }, write) => {
      for (const { AccessKeyId } of after.keys) {
        try {
          await write(IAMClient).send(
            new UpdateAccessKeyCommand({ UserName: names.user, AccessKeyId, Status: 'Inactive' }),
          );
        } catch (error) {
          // A key that is gone is as good as inactive.
          if (!isAwsError(error, ['NoSuchEntityException'])) throw error;
        }
      }
    },

    undo: async ({ names }, { before }, { read, write }) => {
      const UserName = names.user;
      const { AccessKeyMetadata: present = [] } = await read(IAMClient).send(new ListAccessKeysCommand({ UserName }));
      const statusOf = new Map(present.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]));
      const gone = before.keys.find(({ AccessKeyId }) => !statusOf.has(AccessKeyId));
      if (gone !== undefined) {
        throw new ChangedError(
          `the key ${gone.AccessKeyId} of ${UserName} was deleted since: the user needs a new one`,
        );
      }
      for (const { AccessKeyId } of before.keys.filter((key) => statusOf.get(key.AccessKeyId) !== 'Active')) {
        await write(IAMClient).send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Active' }));
      }
    },

    undoNames: ({ before }) => ({ userPath: before.user }),

    joined: (recorded, { user, keys }) => {
      const found = new Set(keys.map(({ AccessKeyId }) => AccessKeyId));
      const all = [...recorded.keys.filter(({ AccessKeyId }) => !found.has(AccessKeyId)), ...keys];
      return { user, keys: all.sort((a, b) => (a.AccessKeyId < b.AccessKeyId ? -1 : 1)) };
    },

    // Why a key was made inactive is no part of what it is.
    comparable: ({ user, keys }) => ({
      user,
      keys: keys.map(({ AccessKeyId, Status }) => ({ AccessKeyId, Status })),
    }),
  };
}

/** The key that a finding of GuardDuty names, where it is one of a user and lasts. */
function keyIn({ record }: FindingSignal): Located[] {
  const at = 'resource.accessKeyDetails';
  const key = textAt(record, `${at}.accessKeyId`) ?? '';
  const user = textAt(record, `${at}.userName`);
  const isOfUser = textAt(record, `${at}.userType`) === 'IAMUser' && LONG_TERM_KEY.test(key);
  return isOfUser && user !== undefined ? [{ names: { user, key } }] : [];
}

/** Config names users by an id that IAM does not take; then those of the account are listed. */
function usersIn({ resources }: FindingSignal): Located[] | undefined {
  const users = resources
    .filter(({ type }) => USER_TYPE.test(type))
    .map(({ id }) => USER_ARN.exec(id)?.[1])
    .filter((user) => user !== undefined);
  return users.length > 0 ? users.map((user) => ({ names: { user } })) : undefined;
}

/** Why an active key is to be inactive: a list of none or one. */
function offenceOf(key: AccessKeyMetadata, named: string | undefined, now: Date): KeyState[] {
  const { AccessKeyId, Status, CreateDate } = key;
  if (AccessKeyId === undefined || CreateDate === undefined || Status !== 'Active') return [];
  const offence = { AccessKeyId, Status, CreateDate: CreateDate.toISOString() };
  if (AccessKeyId === named) return [{ ...offence, reason: 'a finding of GuardDuty names the key' }];
  const isOld = now.getTime() - CreateDate.getTime() > OLDEST_DAYS * DAY_MS;
  return isOld ? [{ ...offence, reason: `older than ${OLDEST_DAYS} days` }] : [];
}

/** @throws BulwarkError when the path cannot stand in a policy */
function plainPath(path: string): string {
  if (PLAIN_PATH.test(path)) return path;
  throw new BulwarkError(
    `the path of the user ${JSON.stringify(path)} holds what would be a wildcard in a policy: make its keys inactive by hand`,
  );
}
