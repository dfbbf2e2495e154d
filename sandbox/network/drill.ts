import type { DeployedStack } from '../runner/deploy';
import type { Drilled } from '../runner/drill';
import { sentence } from '../runner/errors';
import { type ReadableSandbox, readBack } from '../runner/readback';
import { concerns } from '../../cli/network/concerns';
import { differences } from '../../cli/network/differences';
import { fromDeployed } from '../../cli/network/from-deployed';
import type { NetworkModel } from '../../cli/network/model';
import { type Path, pathTable } from '../../cli/network/paths';
import { EC2Client } from '@aws-sdk/client-ec2';
import { NETWORK_ATTACKS, type NetworkAttack, type Scene } from './attacks';
import { makeWebTarget } from './web-target';

/** Something that tells of an attack, and what it says. */
export interface Notice {
  /**
   * `path`: the table of paths, computed from what EC2 answers. `concern`: what no network should have, a stranger's VPC for
   * example. `read-back`: what is deployed differs from its template.
   */
  readonly by: 'path' | 'concern' | 'read-back';
  readonly says: string;
}

export interface NetworkDrillResult {
  readonly attack: NetworkAttack;
  readonly notices: readonly Notice[];
  /** Why it could not be made. */
  readonly failure?: string;
  /** Whether everything is as before again; undefined where what was attacked was made for it. */
  readonly restored?: boolean;
}

export interface NetworkDrillListener {
  onStart(attack: NetworkAttack): void;
  onNotice(attack: NetworkAttack, notice: Notice, after: number): void;
}

/** What is looked at. */
interface Look {
  readonly network: NetworkModel;
  readonly table: readonly Path[];
  readonly concerns: readonly string[];
  /** Differences from the templates, as sentences. */
  readonly drift: readonly string[];
}

/** Attacks network and edge one after the other, and looks whether what is deployed tells of it. */
export async function drillNetwork(
  sandbox: Drilled & ReadableSandbox,
  stacks: readonly DeployedStack[],
  listener: NetworkDrillListener,
  attacks: readonly NetworkAttack[] = NETWORK_ATTACKS,
): Promise<NetworkDrillResult[]> {
  const web = await makeWebTarget(sandbox, await networkOf(sandbox));
  const looked = () => look(sandbox, [...stacks, web.stack]);
  try {
    const results: NetworkDrillResult[] = [];
    let before = await looked();
    for (const attack of attacks) {
      listener.onStart(attack);
      const { result, after } = await once({ sandbox, network: before.network, web }, attack, before, looked, listener);
      results.push(result);
      before = after;
    }
    return results;
  } finally {
    await web.clean();
  }
}

/** The deployed network, from what EC2 answers. */
export async function networkOf(sandbox: Drilled): Promise<NetworkModel> {
  return fromDeployed(sandbox.client(EC2Client));
}

async function once(
  scene: Scene,
  attack: NetworkAttack,
  before: Look,
  looked: () => Promise<Look>,
  listener: NetworkDrillListener,
): Promise<{ readonly result: NetworkDrillResult; readonly after: Look }> {
  try {
    const started = Date.now();
    const restore = await attack.attack(scene);
    const attacked = await looked();
    const notices = noticesOf(before, attacked);
    for (const notice of notices) listener.onNotice(attack, notice, Date.now() - started);
    if (restore === undefined) return { result: { attack, notices }, after: attacked };
    await restore();
    const after = await looked();
    return { result: { attack, notices, restored: noticesOf(before, after).length === 0 }, after };
  } catch (error) {
    return { result: { attack, notices: [], failure: sentence(error) }, after: await looked() };
  }
}

async function look(sandbox: Drilled & ReadableSandbox, stacks: readonly DeployedStack[]): Promise<Look> {
  const [network, { differences: found }] = await Promise.all([networkOf(sandbox), readBack(sandbox, stacks)]);
  const drift = found.map(({ stack, logicalId, type, property }) =>
    property === '*'
      ? `${logicalId} of ${stack} (${type}) is gone`
      : `${property} of ${logicalId} in ${stack} (${type})`,
  );
  const table = pathTable(network);
  return { network, table, concerns: concerns(network, table), drift };
}

function noticesOf(before: Look, after: Look): Notice[] {
  return [
    ...differences(before.table, after.table).map(({ says }): Notice => ({ by: 'path', says })),
    ...since(before.concerns, after.concerns).map((says): Notice => ({ by: 'concern', says })),
    ...since(before.drift, after.drift).map((says): Notice => ({ by: 'read-back', says })),
  ];
}

function since(before: readonly string[], after: readonly string[]): string[] {
  return after.filter((each) => !before.includes(each));
}
