import { BusyError, ConfigurationError } from '../errors';
import { shown } from '../foreign';
import { digest } from '../ids';
import { expiry, type Item, type Key, S, type Table, textOf } from './table';

/** Drift that somebody answers for: it is reported, and not repaired. */
export interface Exemption {
  readonly id: string;
  /** Id of the remediation, or `all`. */
  readonly remediation: string;
  /**
   * - `account`: every resource of an account.
   * - `resource`: one resource, by its ARN.
   * - `tag`: resources of an account that carry the tag `bulwark:exemption` with this name. The tag names the exemption and is
   *   none itself, because whoever can open a bucket can tag it.
   */
  readonly scope: 'account' | 'resource' | 'tag';
  /** Account id, ARN, or name. */
  readonly target: string;
  /** Account in which it holds. */
  readonly account: string;
  readonly owner: string;
  readonly reason: string;
  /** ISO 8601. Past it, the exemption is none. */
  readonly expires: string;
  readonly createdAt: string;
  /** Who wrote it, as AWS names the sender. */
  readonly createdBy: string;
}

/** Tag by which a resource names an exemption. */
export const EXEMPTION_TAG = 'bulwark:exemption';

/** All stand in one partition, because a decision has to know of all that could concern it: there are few. */
const PARTITION = 'EXEMPTIONS';

/** How long one is kept once it is over: for whoever asks why, and longer than any queue keeps the order that wrote it. */
const KEPT_SECONDS = 90 * 86_400;

/** Writers of one exemption are people, so that few meet. */
const ATTEMPTS = 5;

/** What a decision asks about. */
export interface Question {
  readonly remediation: string;
  readonly account: string;
  readonly resourceArn: string;
}

/** Reads and writes exemptions. Reading is never cached: what was undone a second ago must not be repaired again. */
export class Exemptions {
  public constructor(private readonly table: Table) {}

  /**
   * The exemption that holds, if one does.
   *
   * @param tags reads the resource's tags; only called when an exemption could depend on them
   * @throws whatever reading throws: an exemption that cannot be read is not an absent one
   */
  public async find(
    question: Question,
    tags: () => Promise<ReadonlyMap<string, string>>,
    now: Date,
  ): Promise<Exemption | undefined> {
    const candidates = (await this.list()).filter(
      (exemption) =>
        (exemption.remediation === 'all' || exemption.remediation === question.remediation) &&
        exemption.account === question.account &&
        isInForce(exemption, now),
    );
    const direct = candidates.find(
      ({ scope, target }) =>
        (scope === 'account' && target === question.account) ||
        (scope === 'resource' && target === question.resourceArn),
    );
    if (direct !== undefined) return direct;
    const named = candidates.filter(({ scope }) => scope === 'tag');
    if (named.length === 0) return undefined;
    const name = (await tags()).get(EXEMPTION_TAG);
    return named.find(({ target }) => target === name);
  }

  /** @throws ConfigurationError that names the item and the attribute that cannot be read */
  public async list(): Promise<Exemption[]> {
    return (await this.table.all(PARTITION)).map((item) => this.read(item));
  }

  /**
   * Writes one. The same words twice are one exemption, of which the later expiry counts while it is in force.
   *
   * @param orderId names the order that wrote it. One that comes again changes nothing: the exemption may have been ended
   * since. Without it, whatever is given counts
   * @returns it as it stands, which is over where the order had come before and the exemption was ended since
   */
  public async put(given: Omit<Exemption, 'id' | 'createdAt'>, now: Date, orderId?: string): Promise<Exemption> {
    const id = `e-${digest(given.remediation, given.scope, given.target, given.account, given.reason)}`;
    return this.change<Exemption>(id, (item, present) => {
      if (present !== undefined && orderId !== undefined && item?.orderIds?.SS?.includes(orderId)) return present;
      const until = new Date(given.expires);
      const expires =
        present !== undefined && isInForce(present, now) && Date.parse(present.expires) > until.getTime()
          ? new Date(present.expires)
          : until;
      const { id: _, ...whole }: Exemption = {
        ...given,
        id,
        expires: expires.toISOString(),
        createdAt: now.toISOString(),
      };
      const fields = Object.entries(whole);
      const set = fields.map((__, index) => `#f${index} = :f${index}`).join(', ');
      const add = orderId === undefined ? '' : ' ADD orderIds :order';
      return {
        update: `SET ${set}, expiresAt = :expiry REMOVE reportedAt, revokedBy${add}`,
        names: Object.fromEntries(fields.map(([name], index) => [`#f${index}`, name])),
        values: {
          ...Object.fromEntries(fields.map(([, value], index) => [`:f${index}`, S(value)])),
          ':expiry': expiry(expires, KEPT_SECONDS),
          ...(orderId !== undefined && { ':order': { SS: [orderId] } }),
        },
      };
    });
  }

  /** Ends an exemption now. @returns it as it is then; undefined when none of that id is in force */
  public async revoke(id: string, by: string, now: Date): Promise<Exemption | undefined> {
    return this.change<undefined>(id, (_, present) =>
      present === undefined || !isInForce(present, now)
        ? undefined
        : {
            update: 'SET expires = :now, revokedBy = :by, reportedAt = :now, expiresAt = :expiry',
            values: { ':now': S(now.toISOString()), ':by': S(by), ':expiry': expiry(now, KEPT_SECONDS) },
          },
    );
  }

  /** Exemptions that have expired and were not marked as reported. Whoever reports one marks it then. */
  public async expired(now: Date): Promise<Exemption[]> {
    return (await this.table.all(PARTITION))
      .filter((item) => textOf(item, 'reportedAt') === undefined)
      .map((item) => this.read(item))
      .filter((exemption) => !isInForce(exemption, now));
  }

  /** Marks an exemption as reported to be over, unless it was written anew since. The sweeper has no right to get items. */
  public async markReported({ id, createdAt }: Pick<Exemption, 'id' | 'createdAt'>, now: Date): Promise<void> {
    await this.table.update(key(id), {
      ConditionExpression: 'attribute_not_exists(reportedAt) AND createdAt = :createdAt',
      UpdateExpression: 'SET reportedAt = :now',
      ExpressionAttributeValues: { ':createdAt': S(createdAt), ':now': S(now.toISOString()) },
    });
  }

  /**
   * Decides on an exemption as it stands, and writes if nobody else has written in between. The expiry tells: every writer
   * moves it, or repeats what another one wrote. It is compared as stored, where it may be any text that names a time.
   *
   * @param decide what to write, or what to return without writing
   */
  private async change<R extends Exemption | undefined>(
    id: string,
    decide: (item: Item | undefined, present: Exemption | undefined) => Change | R,
  ): Promise<Exemption | R> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const item = await this.table.get(key(id));
      const decided = decide(item, item && this.read(item));
      if (decided === undefined || !('update' in decided)) return decided as R;
      const { update, names, values } = decided;
      const written = await this.table.update(key(id), {
        ConditionExpression: item === undefined ? 'attribute_not_exists(pk)' : 'expires = :seen',
        UpdateExpression: update,
        ...(names && { ExpressionAttributeNames: names }),
        ExpressionAttributeValues: { ...values, ...(item?.expires && { ':seen': item.expires }) },
      });
      if (written !== undefined) return this.read(written);
    }
    throw new BusyError(`the exemption ${id} is being changed by others: tried again later`);
  }

  /** @throws ConfigurationError for what cannot be read: taken for absent, it would let drift be repaired */
  private read(item: Item): Exemption {
    const id = textOf(item, 'sk') ?? '';
    const checked = (name: string, isRight: (value: string) => boolean): string => {
      const value = textOf(item, name);
      if (value !== undefined && value !== '' && isRight(value)) return value;
      throw new ConfigurationError(
        `the exemption ${id} has no valid ${name}, got ${shown(value)} (table ${this.table.name}, pk ${PARTITION}, sk ${id}): correct the attribute, or delete the item and order the exemption anew; nothing is repaired until then`,
      );
    };
    const text = (name: string) => checked(name, () => true);
    const time = (name: string) => checked(name, (value) => !Number.isNaN(Date.parse(value)));
    return {
      id,
      remediation: text('remediation'),
      scope: checked('scope', (value) => SCOPES.has(value)) as Exemption['scope'],
      target: text('target'),
      account: checked('account', (value) => /^\d{12}$/.test(value)),
      owner: text('owner'),
      reason: text('reason'),
      expires: new Date(time('expires')).toISOString(),
      createdAt: time('createdAt'),
      createdBy: text('createdBy'),
    };
  }
}

/** What is written to an item, under the names of DynamoDB's expressions. */
interface Change {
  readonly update: string;
  readonly names?: Record<string, string>;
  readonly values: Item;
}

const SCOPES: ReadonlySet<string> = new Set<Exemption['scope']>(['account', 'resource', 'tag']);

function isInForce({ expires }: Exemption, now: Date): boolean {
  return Date.parse(expires) > now.getTime();
}

function key(id: string): Key {
  return { pk: PARTITION, sk: id };
}
