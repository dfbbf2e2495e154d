import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { isObject, listOf, parsed } from '../compare';
import { type Ask, type Reader, tagsOf } from './reader';

async function attributes(TopicArn: string, ask: Ask): Promise<Record<string, string>> {
  const answer = await ask.client(SNSClient).send(new GetTopicAttributesCommand({ TopicArn }));
  return answer.Attributes ?? {};
}

export const topic: Reader = async ({ physicalId: TopicArn, properties }, ask) => {
  const sns = ask.client(SNSClient);
  const [found, tags, { Subscriptions: subscriptions = [] }] = await Promise.all([
    attributes(TopicArn, ask),
    sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn })),
    sns.send(new ListSubscriptionsByTopicCommand({ TopicArn })),
  ]);
  // Others subscribe to the same topic; only those that the topic names are its own.
  const own = listOf(properties['Subscription']).filter(isObject);
  return {
    TopicName: TopicArn.slice(TopicArn.lastIndexOf(':') + 1),
    ContentBasedDeduplication: found['ContentBasedDeduplication'],
    DisplayName: found['DisplayName'],
    FifoTopic: found['FifoTopic'],
    KmsMasterKeyId: found['KmsMasterKeyId'],
    SignatureVersion: found['SignatureVersion'],
    TracingConfig: found['TracingConfig'],
    Subscription: subscriptions
      .filter((each) => own.some(({ Protocol, Endpoint }) => each.Protocol === Protocol && each.Endpoint === Endpoint))
      .map(({ Protocol, Endpoint }) => ({ Protocol, Endpoint })),
    Tags: tagsOf(tags.Tags),
  };
};

export const topicPolicy: Reader = async ({ properties }, ask) => {
  const topics = listOf(properties['Topics']).map(String);
  const policies = await Promise.all(topics.map(async (arn) => parsed((await attributes(arn, ask))['Policy'])));
  const [first] = policies;
  const isEverywhere = policies.every((policy) => JSON.stringify(policy) === JSON.stringify(first));
  return {
    Topics: topics.filter((_, index) => policies[index] !== undefined),
    PolicyDocument: isEverywhere ? first : policies,
  };
};

export const subscription: Reader = async ({ physicalId: SubscriptionArn }, ask) => {
  const answer = await ask.client(SNSClient).send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  const found = answer.Attributes ?? {};
  return {
    TopicArn: found['TopicArn'],
    Protocol: found['Protocol'],
    Endpoint: found['Endpoint'],
    DeliveryPolicy: parsed(found['DeliveryPolicy']),
    FilterPolicy: parsed(found['FilterPolicy']),
    FilterPolicyScope: found['FilterPolicyScope'],
    RawMessageDelivery: found['RawMessageDelivery'],
    RedrivePolicy: parsed(found['RedrivePolicy']),
    SubscriptionRoleArn: found['SubscriptionRoleArn'],
  };
};
