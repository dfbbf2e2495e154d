import { defineRemediation } from '../../runtime/spec';

export const spec = defineRemediation({
  id: 'lambda-function-public-policy',
  title: 'Function policy admits nobody unknown',
  controls: ['Lambda.1'],
  techniques: ['AM18'],
  // CloudTrail names an operation of Lambda with its API's version; those that came later have none.
  triggers: [{ service: 'lambda', eventNames: ['AddPermission20150331v2', 'PutResourcePolicy'] }],
  findings: { config: ['lambda-function-public-access-prohibited'] },
  // `target` is what the policy is attached to: the function, or one alias or version of it, written `function:alias`. Each
  // has a policy of its own. `function` is the function itself, which is what a stack owns.
  resource: {
    type: 'AWS::Lambda::Function',
    arn: 'arn:{partition}:lambda:{region}:{account}:function:{target}',
    physicalId: '{function}',
    // An alias has no tags of its own.
    taggedArn: 'arn:{partition}:lambda:{region}:{account}:function:{function}',
  },
  // By list, which tells both names; a query of Config gives one.
  sweep: { per: 'region' },
  disruptive: false,
  undo: 'exact',
  permissions: {
    read: [{ kind: 'resource', actions: ['lambda:GetPolicy'] }],
    list: [{ kind: 'account', actions: ['lambda:ListFunctions'], reason: 'Listing functions has no resource level' }],
    // Not PutResourcePolicy, which could set any policy: what tightens must not be able to loosen.
    write: [{ kind: 'resource', actions: ['lambda:RemovePermission'] }],
    // Back to everybody and to nobody else: a named account would be a way in that nobody looks for.
    undo: [
      {
        kind: 'resource',
        actions: ['lambda:AddPermission'],
        conditions: { StringEquals: { 'lambda:Principal': '*' } },
      },
    ],
  },
  // A policy has at most 20 KB, a statement at least 121 bytes.
  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  calls: { read: 1, write: 170 },
});
