import { hasWayToInternetGateway } from '../routes';
import { every, not, type Rule, unless } from '../rule';
import { SUBNET } from '../tiers';
import { isTrue } from '../values';

export const rule: Rule = {
  id: 'NET08',
  title: 'Subnets assign no public addresses, of IPv4 or IPv6',
  severity: 'ERROR',
  resourceTypes: [SUBNET],
  controls: ['EC2.15'],
  techniques: ['AM34'],
  rationale:
    'Whatever is started there stands on the Internet without anybody having asked for it. Load balancers and NAT gateways get their addresses at the edge without it.',
  whenNotToUse:
    'Machines that have to be reached directly, each by an address of its own. Acknowledge the finding for that subnet. An IPv6 address is let be where no route leads to an internet gateway, since nobody reaches it behind an egress-only one. The L2 VPC sets mapPublicIpOnLaunch in public subnets unless their configuration says false.',
  check(subnet, context) {
    const { MapPublicIpOnLaunch: mapsIpv4, AssignIpv6AddressOnCreation: assignsIpv6 } = subnet.properties;
    return [
      ...unless(not(isTrue(mapsIpv4, context)), {
        subject: 'MapPublicIpOnLaunch',
        message:
          'MapPublicIpOnLaunch must not be true: set mapPublicIpOnLaunch to false in the subnet configuration of the VPC.',
        property: 'MapPublicIpOnLaunch',
      }),
      ...unless(not(every([isTrue(assignsIpv6, context), hasWayToInternetGateway(subnet, context)])), {
        subject: 'AssignIpv6AddressOnCreation',
        message:
          'AssignIpv6AddressOnCreation must not be true where a route leads to an internet gateway: set ipv6AssignAddressOnCreation to false in the subnet configuration of the VPC.',
        property: 'AssignIpv6AddressOnCreation',
      }),
    ];
  },
};
