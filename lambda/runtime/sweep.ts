import { isRecord, recordsOf, text, textAt } from './foreign';
import type { Located, Page, Place, Remediator } from './remediation';
import type { Client } from './sessions';
import type { RemediationSpec } from './spec';

/** One remediation in one account and Region. A leg is done page by page, so that a sweep survives whatever ends a function. */
export interface Leg {
  readonly sweepId: string;
  readonly remediation: string;
  readonly account: string;
  readonly region: string;
  /** How the resources are found; decided with the first page. */
  readonly by?: 'config' | 'list';
  readonly next?: string;
}

/** A sweep that begins, over everything or a part of it. */
export interface Start {
  readonly sweepId: string;
  readonly remediations?: readonly string[];
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
}

export type SweepMessage = { readonly start: Start } | { readonly leg: Leg };

const SWEEP_ID = /^s-[0-9a-z-]{1,60}$/;

/**
 * Reads one message of the sweeper's queue. The schedule's has no id, and takes the one of its message.
 *
 * @throws TypeError that names what is wrong
 */
export function parseSweep(body: string, messageId: string): SweepMessage {
  const found: unknown = JSON.parse(body);
  if (isRecord(found) && isRecord(found.leg)) {
    const { leg } = found;
    const whole = ['sweepId', 'remediation', 'account', 'region'].every((name) => textAt(leg, name) !== undefined);
    if (!whole) throw new TypeError('a leg names sweepId, remediation, account and region');
    return { leg: leg as unknown as Leg };
  }
  const start = isRecord(found) && isRecord(found.start) ? found.start : undefined;
  if (start === undefined) throw new TypeError('a message of a sweep is {"start": …} or {"leg": …}');
  const sweepId = text(start.sweepId) || `s-${messageId.toLowerCase()}`;
  if (!SWEEP_ID.test(sweepId)) throw new TypeError(`sweepId must match ${SWEEP_ID.source}`);
  return { start: { sweepId, ...only(start, 'remediations'), ...only(start, 'accounts'), ...only(start, 'regions') } };
}

function only(start: Record<string, unknown>, name: string): Record<string, readonly string[]> {
  const value = start[name];
  if (value === undefined) return {};
  if (!Array.isArray(value) || value.length === 0 || value.some((each) => typeof each !== 'string')) {
    throw new TypeError(`${name} must be a list of texts`);
  }
  return { [name]: value as string[] };
}

/** The legs of a sweep, in a fixed order. What it does not cover is left out. */
export function legsOf(
  start: Start,
  specs: readonly RemediationSpec[],
  covered: { readonly accounts: readonly string[]; readonly regions: readonly string[]; readonly home: string },
): Leg[] {
  const within = (chosen: readonly string[] | undefined, one: string) => chosen === undefined || chosen.includes(one);
  return covered.accounts
    .filter((account) => within(start.accounts, account))
    .flatMap((account) =>
      specs
        .filter(({ id }) => within(start.remediations, id))
        .flatMap(({ id, sweep }) =>
          (sweep.per === 'account' ? [covered.home] : covered.regions)
            .filter((region) => sweep.per === 'account' || within(start.regions, region))
            .map((region) => ({ sweepId: start.sweepId, remediation: id, account, region })),
        ),
    );
}

/** One page of a leg. */
export async function pageOf(
  leg: Leg,
  spec: RemediationSpec,
  remediator: Remediator<unknown>,
  read: Client,
  place: Place,
): Promise<Page & { readonly by: 'config' | 'list' }> {
  const by = leg.by ?? (spec.sweep.config !== undefined && (await isRecorded(spec, read)) ? 'config' : 'list');
  const page = await (by === 'config'
    ? configPage(spec, read, place, leg.next)
    : remediator.list(read, place, leg.next));
  return { ...page, by };
}

/**
 * Whether AWS Config records this type here, now. A query answers with nothing for what is not recorded, which would look
 * as if there were nothing.
 */
async function isRecorded({ resource }: RemediationSpec, read: Client): Promise<boolean> {
  const { ConfigServiceClient, DescribeConfigurationRecordersCommand, DescribeConfigurationRecorderStatusCommand } =
    await import('@aws-sdk/client-config-service');
  const config = read(ConfigServiceClient);
  const { ConfigurationRecordersStatus = [] } = await config.send(new DescribeConfigurationRecorderStatusCommand({}));
  const recording = ConfigurationRecordersStatus.filter((each) => each.recording).map((each) => each.name);
  if (recording.length === 0) return false;
  const { ConfigurationRecorders = [] } = await config.send(new DescribeConfigurationRecordersCommand({}));
  return ConfigurationRecorders.filter(({ name }) => recording.includes(name)).some(({ recordingGroup }) => {
    if (recordingGroup?.allSupported) return true;
    if (recordingGroup?.recordingStrategy?.useOnly === 'EXCLUSION_BY_RESOURCE_TYPES') {
      return !(recordingGroup.exclusionByResourceTypes?.resourceTypes as string[] | undefined)?.includes(resource.type);
    }
    return (recordingGroup?.resourceTypes as string[] | undefined)?.includes(resource.type) ?? false;
  });
}

/** The largest page that the query takes. */
const CONFIG_PAGE = 100;

async function configPage(spec: RemediationSpec, read: Client, place: Place, next?: string): Promise<Page> {
  const { ConfigServiceClient, SelectResourceConfigCommand } = await import('@aws-sdk/client-config-service');
  // No Region for global types: the recorder that has them stands for all.
  const where = spec.sweep.per === 'region' ? ` AND awsRegion = '${place.region}'` : '';
  const { Results = [], NextToken } = await read(ConfigServiceClient).send(
    new SelectResourceConfigCommand({
      Expression: `SELECT resourceId, resourceName, arn, accountId, awsRegion WHERE resourceType = '${spec.resource.type}'${where}`,
      Limit: CONFIG_PAGE,
      ...(next !== undefined && { NextToken: next }),
    }),
  );
  const resources = recordsOf(Results.map((each) => JSON.parse(each) as unknown)).flatMap((found): Located[] => {
    const names = Object.entries(spec.sweep.config ?? {}).map(([name, field]) => [name, text(found[field])] as const);
    return names.every(([, value]) => value !== '') ? [{ names: Object.fromEntries(names) }] : [];
  });
  return { resources, ...(NextToken && { next: NextToken }) };
}
