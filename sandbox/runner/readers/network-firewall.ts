import { isObject, listOf } from '../compare';
import { type Ask, objectOf, type Reader, tagsOf } from './reader';

async function describe(ask: Ask, operation: string, input: object): Promise<Record<string, unknown>> {
  return ask.json('network-firewall', `NetworkFirewall_20201112.Describe${operation}`, input);
}

const tags = (value: unknown) => tagsOf(listOf(value).filter(isObject));

export const ruleGroup: Reader = async ({ physicalId: RuleGroupArn }, ask) => {
  const answer = await describe(ask, 'RuleGroup', { RuleGroupArn });
  const found = objectOf(answer['RuleGroupResponse']);
  return {
    Capacity: found['Capacity'],
    Description: found['Description'],
    RuleGroup: answer['RuleGroup'],
    RuleGroupName: found['RuleGroupName'],
    Tags: tags(found['Tags']),
    Type: found['Type'],
  };
};

export const firewallPolicy: Reader = async ({ physicalId: FirewallPolicyArn }, ask) => {
  const answer = await describe(ask, 'FirewallPolicy', { FirewallPolicyArn });
  const found = objectOf(answer['FirewallPolicyResponse']);
  return {
    Description: found['Description'],
    FirewallPolicy: answer['FirewallPolicy'],
    FirewallPolicyName: found['FirewallPolicyName'],
    Tags: tags(found['Tags']),
  };
};

export const firewall: Reader = async ({ physicalId: FirewallArn }, ask) => {
  const found = objectOf((await describe(ask, 'Firewall', { FirewallArn }))['Firewall']);
  return { ...found, Tags: tags(found['Tags']) };
};

export const loggingConfiguration: Reader = async ({ physicalId: FirewallArn }, ask) => {
  const answer = await describe(ask, 'LoggingConfiguration', { FirewallArn });
  return { FirewallArn: answer['FirewallArn'], LoggingConfiguration: answer['LoggingConfiguration'] };
};

/** The endpoints of a firewall, each after its zone. */
export const firewallAttributes: Reader = async ({ physicalId: FirewallArn }, ask) => {
  const states = objectOf(objectOf((await describe(ask, 'Firewall', { FirewallArn }))['FirewallStatus'])['SyncStates']);
  const endpoint = (state: unknown) => objectOf(objectOf(state)['Attachment'])['EndpointId'];
  return {
    EndpointIds: Object.keys(states)
      .sort()
      .map((zone) => `${zone}:${endpoint(states[zone])}`),
  };
};
