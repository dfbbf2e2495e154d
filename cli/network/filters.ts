import type { AclEntry, GroupPeer, NetworkAcl, NetworkModel, Protocol, SecurityGroup } from './model';
import type { Point } from './places';
import { ALL_PORTS, intersect, isEmpty, NO_PORTS, type PortSet, union, without } from './ports';
import { has, parseRange, prefixLength } from './ranges';

/** Numbers of IANA for the protocols that paths are told for. */
export const PROTOCOLS = { tcp: 6, udp: 17 } as const;

export type PathProtocol = keyof typeof PROTOCOLS;

/** What a group or a network ACL is asked about. */
export interface Question {
  readonly protocol: PathProtocol;
  readonly peer: Point;
  /** Groups of the peer that a rule may name, as far as the way between allows it. */
  readonly peerGroups: readonly string[];
}

/** What groups and network ACLs let through, each answer worked out once. */
export class Filters {
  private readonly groups: ReadonlyMap<string, SecurityGroup>;
  private readonly answers = new Map<string, PortSet>();

  public constructor(private readonly model: NetworkModel) {
    this.groups = new Map(model.securityGroups.map((group) => [group.id, group]));
  }

  /**
   * Ports that any rule of any of the groups opens: rules are merged, allow only, and have no order (catalogue X01).
   */
  public group(ids: readonly string[], direction: 'ingress' | 'egress', question: Question): PortSet {
    const { protocol, peer, peerGroups } = question;
    return this.once([...ids, direction, protocol, peer.key, ...peerGroups].join(' '), () =>
      union(
        ...ids.flatMap((id) =>
          (this.groups.get(id)?.[direction] ?? []).map((rule) =>
            isOf(rule.protocol, protocol) && this.names(rule.peer, peer, peerGroups)
              ? rule.ports === undefined
                ? ALL_PORTS
                : [rule.ports]
              : NO_PORTS,
          ),
        ),
      ),
    );
  }

  /** Ports that a network ACL lets through: entries in the order of their numbers, of which the first that matches decides. */
  public acl(acl: NetworkAcl, egress: boolean, { protocol, peer }: Question): PortSet {
    return this.once([acl.id, egress, protocol, peer.key].join(' '), () => {
      let left: PortSet = ALL_PORTS;
      let passed: PortSet = NO_PORTS;
      for (const entry of ordered(acl, egress)) {
        if (!isOf(entry.protocol, protocol) || !isIn(entry.cidr, peer)) continue;
        const here = intersect(left, entry.ports === undefined ? ALL_PORTS : [entry.ports]);
        if (entry.allow) passed = union(passed, here);
        left = without(left, here);
        if (isEmpty(left)) break;
      }
      return passed;
    });
  }

  private names(named: GroupPeer, peer: Point, peerGroups: readonly string[]): boolean {
    if ('cidr' in named) return isIn(named.cidr, peer);
    if ('group' in named) return peerGroups.includes(named.group);
    return isOnList(this.model, named.prefixList, peer);
  }

  private once(key: string, work: () => PortSet): PortSet {
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const answer = work();
    this.answers.set(key, answer);
    return answer;
  }
}

function ordered({ entries }: NetworkAcl, egress: boolean): AclEntry[] {
  return entries.filter((entry) => entry.egress === egress).sort((one, other) => one.number - other.number);
}

function isOf(protocol: Protocol, asked: PathProtocol): boolean {
  return protocol === 'all' || protocol === PROTOCOLS[asked];
}

/** Whether a range holds a point. Of addresses that only AWS knows all that is sure is that everything holds them. */
export function isIn(cidr: string, { family, address }: Point): boolean {
  const range = parseRange(cidr);
  if (range === undefined || range.family !== family) return false;
  return address === undefined ? prefixLength(range) === 0 : has(range, family, address);
}

export function isOnList(model: NetworkModel, list: string, point: Point): boolean {
  if (point.lists.includes(list)) return true;
  return model.prefixLists.some(({ id, cidrs = [] }) => id === list && cidrs.some((cidr) => isIn(cidr, point)));
}
