import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNetworkAclEntryCommand,
  CreateRouteCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteInternetGatewayCommand,
  DeleteNetworkAclEntryCommand,
  DeleteRouteCommand,
  DeleteVpcPeeringConnectionCommand,
  DetachInternetGatewayCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { NetworkModel, Subnet } from '../../cli/network/model';
import type { Drilled } from '../runner/drill';
import type { ReadableSandbox } from '../runner/readback';
import { type WebAcl, WebAcls } from '../runner/web-acls';
import type { WebTarget } from './web-target';

/** What an attack has before it. */
export interface Scene {
  readonly sandbox: Drilled & ReadableSandbox;
  /** The deployed network. */
  readonly network: NetworkModel;
  /** A load balancer behind a web ACL that was made for the drill. */
  readonly web: WebTarget;
}

/** An attack on the network or its edge, which nothing repairs yet: it has to be noticed. */
export interface NetworkAttack {
  readonly id: string;
  readonly title: string;
  /** What it is called by, as CloudTrail names it. */
  readonly operation: string;
  /** Does it, and returns what takes it back; nothing where what was attacked was made for it. */
  attack(scene: Scene): Promise<(() => Promise<unknown>) | undefined>;
}

/** Account of somebody else. */
const STRANGER = '210987654321';

/** Below what the templates use: these numbers are kept for blocks. */
const FIRST_RULE = 1;

const routeToInternet: NetworkAttack = {
  id: 'route-to-internet',
  title: 'The database tier gets a way to the Internet',
  operation: 'CreateRoute',
  async attack({ sandbox, network }) {
    const ec2 = sandbox.client(EC2Client);
    const { vpc: VpcId, routeTable: RouteTableId } = dataSubnet(network);
    const route = { RouteTableId, DestinationCidrBlock: '0.0.0.0/0' };
    // With a single VPC it is there already, for the edge.
    const there = network.internetGateways.find(({ vpc }) => vpc === VpcId)?.id;
    if (there !== undefined) {
      await ec2.send(new CreateRouteCommand({ ...route, GatewayId: there }));
      return () => ec2.send(new DeleteRouteCommand(route));
    }
    const { InternetGateway: made } = await ec2.send(new CreateInternetGatewayCommand({}));
    const gateway = { InternetGatewayId: made?.InternetGatewayId ?? '' };
    await ec2.send(new AttachInternetGatewayCommand({ ...gateway, VpcId }));
    await ec2.send(new CreateRouteCommand({ ...route, GatewayId: gateway.InternetGatewayId }));
    return async () => {
      await ec2.send(new DeleteRouteCommand(route));
      await ec2.send(new DetachInternetGatewayCommand({ ...gateway, VpcId }));
      await ec2.send(new DeleteInternetGatewayCommand(gateway));
    };
  },
};

const networkAclOpened: NetworkAttack = {
  id: 'network-acl-opened',
  title: 'The network ACL of the database tier lets everybody in',
  operation: 'CreateNetworkAclEntry',
  async attack({ sandbox, network }) {
    const ec2 = sandbox.client(EC2Client);
    const entry = { NetworkAclId: dataSubnet(network).networkAcl, RuleNumber: FIRST_RULE, Egress: false };
    await ec2.send(
      new CreateNetworkAclEntryCommand({ ...entry, Protocol: '-1', RuleAction: 'allow', CidrBlock: '0.0.0.0/0' }),
    );
    return () => ec2.send(new DeleteNetworkAclEntryCommand(entry));
  },
};

const peeringWithStranger: NetworkAttack = {
  id: 'peering-with-stranger',
  title: 'The database VPC is joined with that of another account',
  operation: 'CreateVpcPeeringConnection',
  async attack({ sandbox, network }) {
    const ec2 = sandbox.client(EC2Client);
    const { VpcPeeringConnection: peering } = await ec2.send(
      new CreateVpcPeeringConnectionCommand({
        VpcId: dataSubnet(network).vpc,
        PeerVpcId: 'vpc-0123456789abcdef0',
        PeerOwnerId: STRANGER,
      }),
    );
    const VpcPeeringConnectionId = peering?.VpcPeeringConnectionId ?? '';
    return () => ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
  },
};

const loggingRemoved = onWebAcl({
  id: 'web-acl-logging-removed',
  title: 'A web ACL stops writing its log',
  operation: 'DeleteLoggingConfiguration',
  with: (acls, acl) => acls.stopLogging(acl),
});

const webAclDissociated = onWebAcl({
  id: 'web-acl-dissociated',
  title: 'A load balancer loses its web ACL',
  operation: 'DisassociateWebACL',
  with: (acls, acl) => acls.dissociate(acl),
});

const webAclDeleted = onWebAcl({
  id: 'web-acl-deleted',
  title: 'A web ACL is deleted',
  operation: 'DeleteWebACL',
  with: (acls, acl) => acls.remove(acl),
});

/** In the order in which they happen: the last three take more and more of what was made for them. */
export const NETWORK_ATTACKS: readonly NetworkAttack[] = [
  routeToInternet,
  networkAclOpened,
  peeringWithStranger,
  loggingRemoved,
  webAclDissociated,
  webAclDeleted,
];

function dataSubnet({ subnets }: NetworkModel): Subnet {
  const subnet = subnets.find(({ tier }) => tier === 'data');
  if (subnet === undefined) throw new Error('the deployed network has no subnet of the data tier');
  return subnet;
}

/** An attack on the web ACL that was made for the drill: nothing is taken back. */
function onWebAcl({
  with: attack,
  ...named
}: Omit<NetworkAttack, 'attack'> & { readonly with: (acls: WebAcls, acl: WebAcl) => Promise<unknown> }): NetworkAttack {
  return {
    ...named,
    async attack({ sandbox, web }) {
      const acls = new WebAcls(sandbox, sandbox.region);
      const acl = (await acls.list()).find(({ arn }) => arn === web.webAclArn);
      if (acl === undefined) throw new Error(`there is no web ACL ${web.webAclArn}`);
      await attack(acls, acl);
      return undefined;
    },
  };
}
