import {
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { parsed } from '../compare';
import type { Reader } from './reader';

export const eventBus: Reader = async ({ physicalId: Name }, ask) => {
  const found = await ask.client(EventBridgeClient).send(new DescribeEventBusCommand({ Name }));
  return {
    Name: found.Name,
    Description: found.Description,
    KmsKeyIdentifier: found.KmsKeyIdentifier,
    DeadLetterConfig: found.DeadLetterConfig,
    Policy: parsed(found.Policy),
  };
};

export const archive: Reader = async ({ physicalId: ArchiveName }, ask) => {
  const found = await ask.client(EventBridgeClient).send(new DescribeArchiveCommand({ ArchiveName }));
  return {
    ArchiveName: found.ArchiveName,
    Description: found.Description,
    EventPattern: parsed(found.EventPattern),
    KmsKeyIdentifier: found.KmsKeyIdentifier,
    RetentionDays: found.RetentionDays,
    SourceArn: found.EventSourceArn,
  };
};

export const rule: Reader = async ({ physicalId }, ask) => {
  // A rule of a custom bus is known as bus|rule, one of the default bus by its name.
  const [first, second] = physicalId.split('|', 2);
  const [EventBusName, Name] = second === undefined ? ['default', first] : [first, second];
  const events = ask.client(EventBridgeClient);
  const [found, { Targets: targets }] = await Promise.all([
    events.send(new DescribeRuleCommand({ Name, EventBusName })),
    events.send(new ListTargetsByRuleCommand({ Rule: Name, EventBusName })),
  ]);
  return {
    Name: found.Name,
    Description: found.Description,
    EventBusName: found.EventBusName,
    EventPattern: parsed(found.EventPattern),
    RoleArn: found.RoleArn,
    ScheduleExpression: found.ScheduleExpression,
    State: found.State,
    Targets: targets,
  };
};
