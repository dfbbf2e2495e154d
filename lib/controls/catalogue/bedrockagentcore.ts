import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'BedrockAgentCore.1': {
    title: 'AgentCore runtimes run inside a VPC',
    severity: 'HIGH',
    meaning:
      'A hijacked agent can send what it knows to any host on the internet, and no security group or flow log is on the way.',
    byHand:
      "Update the runtime: `aws bedrock-agentcore-control update-agent-runtime --agent-runtime-id ID --role-arn ROLE_ARN --agent-runtime-artifact file://ARTIFACT.json --network-configuration 'networkMode=VPC,networkModeConfig={subnets=[SUBNET],securityGroups=[GROUP]}'`, and repeat its other settings.",
    gap: {
      kind: 'workload',
      reason:
        'An agent in a VPC needs subnets and a way to each service it calls; its owner knows what it has to reach.',
    },
    standards: {
      'fsbp-1.0': ['BedrockAgentCore.1'],
    },
  },
  'BedrockAgentCore.2': {
    title: 'AgentCore gateways authorize each caller',
    severity: 'HIGH',
    meaning: 'Anyone who learns the URL can call the tools behind the gateway, with the rights of the gateway.',
    byHand:
      'Set AWS_IAM, or CUSTOM_JWT with an authorizer configuration: `aws bedrock-agentcore-control update-gateway --gateway-identifier ID --name NAME --role-arn ROLE_ARN --authorizer-type AWS_IAM`. Repeat the other settings of the gateway in that call.',
    gap: {
      kind: 'workload',
      reason:
        'Whether agents call with IAM credentials or with tokens of an identity provider is for the owner of the gateway to decide.',
    },
    standards: {
      'fsbp-1.0': ['BedrockAgentCore.2'],
    },
  },
  'BedrockAgentCore.5': {
    title: 'Custom browsers of AgentCore run inside a VPC',
    severity: 'HIGH',
    meaning: 'A page with planted instructions can make the agent send data to any site, past your egress filters.',
    byHand:
      "It can only be set at creation. Create anew and migrate: `aws bedrock-agentcore-control create-browser --name NAME --network-configuration 'networkMode=VPC,vpcConfig={subnets=[SUBNET],securityGroups=[GROUP]}'`.",
    gap: {
      kind: 'workload',
      reason:
        'Which sites a browser has to reach, and so which way out its VPC needs, is known only to the team that runs the agent.',
    },
    standards: {
      'fsbp-1.0': ['BedrockAgentCore.5'],
    },
  },
  'BedrockAgentCore.6': {
    title: 'Custom browsers of AgentCore record their sessions',
    severity: 'MEDIUM',
    meaning: 'Nobody can see afterward what an agent clicked, typed or was shown.',
    byHand:
      "It can only be set at creation. Create anew and migrate: `aws bedrock-agentcore-control create-browser --name NAME --execution-role-arn ROLE_ARN --network-configuration file://NETWORK.json --recording 'enabled=true,s3Location={bucket=BUCKET,prefix=PREFIX}'`.",
    gap: {
      kind: 'workload',
      reason:
        'Recordings can hold passwords and data of customers; the owner of the agent decides where they are kept and who may view them.',
    },
    standards: {
      'fsbp-1.0': ['BedrockAgentCore.6'],
    },
  },
});
