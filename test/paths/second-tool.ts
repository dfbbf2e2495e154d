import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployed } from '../../cli/network/from-deployed';
import { formatPorts, isEmpty, isSame, type PortSet, union } from '../../cli/network/ports';
import { ask } from '../support/oracle';
import { type Host, INTERNET, type Populated, populate } from './hosts';

/** Where scripts/setup.mjs installs aws-vpc-analyzer. */
const SITE = join(__dirname, '../../node_modules/.cache/paths/site');
export const HAS_SECOND_TOOL = existsSync(join(SITE, 'netgraph'));

const PROTOCOLS = ['tcp', 'udp'] as const;

type Protocol = (typeof PROTOCOLS)[number];

/** What the tool says of a network. */
export interface SecondOpinion {
  /** Paths by which a connection comes about, in alphabetical order: `app -> data tcp 5432`. */
  readonly paths: readonly string[];
  /** Those that hold between some zones only. */
  readonly uneven: readonly string[];
  /** What it cannot tell, a sentence each. */
  readonly unknown: readonly string[];
  readonly questions: number;
}

type Question = readonly [source: string, address: string, port: number, protocol: string];
type Exposure = readonly [vpc: string, port: number, protocol: string];

interface Answers {
  readonly paths: ReadonlyArray<readonly [status: 'reachable' | 'blocked' | 'unknown', reason: string]>;
  readonly exposed: ReadonlyArray<readonly string[]>;
}

/** Computes the paths between all tiers and the Internet by aws-vpc-analyzer, of several networks at once: Python starts but once. */
export async function secondOpinions(networks: readonly Deployed[]): Promise<SecondOpinion[]> {
  const inquiries = networks.map((network) => new Inquiry(network));
  const answers = await analyzed(inquiries.map((inquiry) => inquiry.question()));
  return inquiries.map((inquiry, index) => inquiry.opinion(answers[index] as Answers));
}

/** What is asked of one network. */
class Inquiry {
  private readonly populated: Populated;
  private readonly starts: readonly number[];
  private readonly pairs: ReadonlyArray<{ readonly from: Host; readonly to: Host }>;

  public constructor(deployed: Deployed) {
    this.populated = populate(deployed);
    this.starts = portStarts(deployed);
    const { hosts } = this.populated;
    this.pairs = hosts.flatMap((from) => hosts.filter((to) => to !== from).map((to) => ({ from, to })));
  }

  public question(): object {
    return {
      network: this.populated.network,
      paths: this.pairs.flatMap(({ from, to }) =>
        this.each((protocol, port): Question => [from.id, to.address, port, protocol]),
      ),
      exposed: this.exposures(),
    };
  }

  public opinion(answers: Answers): SecondOpinion {
    const exposed = new Set(
      this.exposures().flatMap(([, port, protocol], index) =>
        answers.exposed[index]?.map((id) => `${id} ${protocol} ${port}`),
      ),
    );
    const found = new Map<string, PortSet[]>();
    const unknown = new Set<string>();
    const count = PROTOCOLS.length * this.starts.length;
    for (const [index, { from, to }] of this.pairs.entries()) {
      const own = answers.paths.slice(index * count, (index + 1) * count);
      for (const [status, reason] of own)
        if (status === 'unknown') unknown.add(`${from.place} -> ${to.place}: ${reason}`);
      const isOpen = this.each(
        (protocol, port, at) =>
          own[at]?.[0] === 'reachable' &&
          // That a connection from outside needs an internet gateway only its search for exposed machines knows.
          (from.place !== INTERNET || exposed.has(`${to.id} ${protocol} ${port}`)),
      );
      for (const protocol of PROTOCOLS) {
        const ports = union(
          ...this.each((other, first, at): PortSet => {
            const last = (this.starts[(at % this.starts.length) + 1] ?? 65_536) - 1;
            return other === protocol && isOpen[at] ? [{ first, last }] : [];
          }),
        );
        const key = `${from.place} -> ${to.place} ${protocol}`;
        found.set(key, [...(found.get(key) ?? []), ports]);
      }
    }
    return { ...summedUp(found), unknown: [...unknown], questions: answers.paths.length + answers.exposed.length };
  }

  private exposures(): Exposure[] {
    const vpcs = [...new Set(this.populated.hosts.map(({ vpc }) => vpc))];
    return vpcs.flatMap((vpc) => this.each((protocol, port): Exposure => [vpc, port, protocol]));
  }

  private each<T>(work: (protocol: Protocol, port: number, at: number) => T): T[] {
    return PROTOCOLS.flatMap((protocol, index) =>
      this.starts.map((port, at) => work(protocol, port, index * this.starts.length + at)),
    );
  }
}

function summedUp(found: ReadonlyMap<string, readonly PortSet[]>): Pick<SecondOpinion, 'paths' | 'uneven'> {
  const all = [...found].map(([key, sets]) => ({ key, sets, ports: union(...sets) }));
  return {
    paths: all.flatMap(({ key, ports }) => (isEmpty(ports) ? [] : `${key} ${formatPorts(ports)}`)).sort(),
    uneven: all.flatMap(({ key, sets, ports }) => (sets.every((each) => isSame(each, ports)) ? [] : key)),
  };
}

/** Ports at which the answer may change: between two of them it cannot. */
function portStarts({ securityGroups, networkAcls }: Deployed): number[] {
  const ranges = [
    ...securityGroups.flatMap(({ IpPermissions = [], IpPermissionsEgress = [] }) =>
      [...IpPermissions, ...IpPermissionsEgress]
        .filter(({ IpProtocol }) => PROTOCOLS.some((protocol) => protocol === IpProtocol))
        .map(({ FromPort, ToPort }) => [FromPort, ToPort]),
    ),
    ...networkAcls.flatMap(({ Entries = [] }) => Entries.map(({ PortRange }) => [PortRange?.From, PortRange?.To])),
  ];
  const starts = new Set([0, ...ranges.flatMap(([from = 0, to = 65_535]) => [from, to + 1])]);
  return [...starts].filter((port) => port >= 0 && port <= 65_535).sort((one, other) => one - other);
}

/** One network a line, one answer a line. */
function analyzed(networks: readonly object[]): Promise<Answers[]> {
  const { PYTHONHOME, ...env } = process.env;
  const python = process.env.BULWARK_PYTHON ?? 'python3';
  return ask<Answers>([python, join(__dirname, 'analyze.py')], networks, { ...env, PYTHONPATH: SITE });
}
