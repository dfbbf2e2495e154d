import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { isObject, listOf, parsed } from '../compare';
import { type Ask, orNothing, type Reader, tagsOf } from './reader';

/** IAM answers with policies in URL encoding. */
function decoded(document: string | undefined): unknown {
  return document === undefined ? undefined : parsed(decodeURIComponent(document));
}

async function inlinePolicy(RoleName: string, PolicyName: string, ask: Ask): Promise<unknown> {
  const answer = await orNothing(
    ask.client(IAMClient).send(new GetRolePolicyCommand({ RoleName, PolicyName })),
    'NoSuchEntity',
    'NoSuchEntityException',
  );
  return decoded(answer?.PolicyDocument);
}

export const role: Reader = async ({ physicalId: RoleName, properties }, ask) => {
  const iam = ask.client(IAMClient);
  // Other resources of the stack put policies on the same role; only those that the role names are its own.
  const names = listOf(properties['Policies']).map((each) => String(isObject(each) ? each['PolicyName'] : each));
  const [{ Role: found }, attached, ...documents] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName })),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
    ...names.map((name) => inlinePolicy(RoleName, name, ask)),
  ]);
  return {
    RoleName: found?.RoleName,
    Description: found?.Description,
    Path: found?.Path,
    MaxSessionDuration: found?.MaxSessionDuration,
    PermissionsBoundary: found?.PermissionsBoundary?.PermissionsBoundaryArn,
    AssumeRolePolicyDocument: decoded(found?.AssumeRolePolicyDocument),
    ManagedPolicyArns: attached.AttachedPolicies?.map(({ PolicyArn }) => PolicyArn),
    Policies: names.flatMap((PolicyName, index) =>
      documents[index] === undefined ? [] : [{ PolicyName, PolicyDocument: documents[index] }],
    ),
    Tags: tagsOf(found?.Tags),
  };
};

export const policy: Reader = async ({ properties }, ask) => {
  const roles = listOf(properties['Roles']).map(String);
  const name = String(properties['PolicyName']);
  const documents = await Promise.all(roles.map((each) => inlinePolicy(each, name, ask)));
  const [first] = documents;
  const isEverywhere = documents.every((document) => JSON.stringify(document) === JSON.stringify(first));
  return {
    PolicyName: first === undefined ? undefined : name,
    PolicyDocument: isEverywhere ? first : documents,
    Roles: roles.filter((_, index) => documents[index] !== undefined),
  };
};

export const managedPolicy: Reader = async ({ physicalId: PolicyArn }, ask) => {
  const iam = ask.client(IAMClient);
  const { Policy: found } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const version = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: found?.DefaultVersionId }));
  return {
    ManagedPolicyName: found?.PolicyName,
    Description: found?.Description,
    Path: found?.Path,
    PolicyDocument: decoded(version.PolicyVersion?.Document),
  };
};
