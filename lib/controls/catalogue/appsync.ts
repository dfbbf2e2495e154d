import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'AppSync.2': {
    title: 'GraphQL APIs log the resolution of fields',
    severity: 'MEDIUM',
    meaning: 'A failing resolver or a query that harvests data leaves no trace by which it could be found.',
    byHand:
      'Set a field log level and a role: `aws appsync update-graphql-api --api-id ID --name NAME --authentication-type TYPE --log-config fieldLogLevel=ERROR,cloudWatchLogsRoleArn=ROLE_ARN`. Repeat the other settings of the API in that call.',
    gap: {
      kind: 'workload',
      reason:
        'Field logs can hold data of users and grow with each query; the owner of the API picks the level and says what may be logged.',
    },
    standards: {
      'fsbp-1.0': ['AppSync.2'],
    },
  },
  'AppSync.5': {
    title: 'GraphQL APIs do not authenticate callers by API key',
    severity: 'HIGH',
    meaning: 'An API key ships with every client, so whoever extracts it once can query the API until the key expires.',
    byHand:
      'Choose another type, such as `aws appsync update-graphql-api --api-id ID --name NAME --authentication-type AWS_IAM`, and repeat the other settings there. Drop API_KEY from the additional providers and run `aws appsync delete-api-key --api-id ID --id KEY_ID`.',
    gap: {
      kind: 'workload',
      reason:
        'Moving callers to IAM, Cognito, OpenID Connect or a Lambda authorizer changes the clients too; the owner of the API has to plan it.',
    },
    standards: {
      'fsbp-1.0': ['AppSync.5'],
    },
  },
});
