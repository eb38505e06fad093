// The policies that follow from what each function is granted.
import { Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LISTING_INDEX } from '../lib/table/table.ts';
import { FUNCTION_NAMES, type FunctionName } from './bundles.ts';
import { KEY_ACTIONS, OTHER_GRANTS, QUEUE_ACTIONS, TABLE_GRANTS, type TableGrant } from './grants.ts';
import type { FunctionParts, Functions } from './lambda.ts';

const tableStatement = (table: ITable, { actions, on, partitions }: TableGrant): PolicyStatement =>
  new PolicyStatement({
    actions: [...actions],
    resources: [on === 'index' ? `${table.tableArn}/index/${LISTING_INDEX}` : table.tableArn],
    ...(partitions && {
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions.map((prefix) => `${prefix}*`) },
        // `ForAllValues` also holds where there are no keys at all.
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    }),
  });

const otherStatements = (name: FunctionName, { secrets, queues }: FunctionParts): PolicyStatement[] => {
  const { rootKey, encryptionKey, clicks } = OTHER_GRANTS[name];
  const readable = [rootKey && secrets.rootKey, encryptionKey && secrets.encryptionKey].filter(
    (one) => one !== undefined,
  );
  return [
    ...readable.map(
      ({ secretArn }) => new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] }),
    ),
    ...(clicks
      ? [new PolicyStatement({ actions: [...QUEUE_ACTIONS[clicks]], resources: [queues.clicks.queueArn] })]
      : []),
  ];
};

const keyStatement = (key: IKey): PolicyStatement =>
  new PolicyStatement({
    actions: [...KEY_ACTIONS],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(key).region}.amazonaws.com` } },
  });

/** Gives every function what its code does: a policy of its own, next to the one that lets it write its log. */
export const grantAll = (functions: Functions, parts: FunctionParts, key: IKey | undefined): void => {
  for (const name of FUNCTION_NAMES) {
    const { role, stack } = functions[name];
    if (!role) throw new Error(`${name} has no role`);
    const statements = [
      ...TABLE_GRANTS[name].map((grant) => tableStatement(parts.table, grant)),
      ...otherStatements(name, parts),
      ...(key ? [keyStatement(key)] : []),
    ];
    for (const statement of statements) role.addToPrincipalPolicy(statement);
    if (!OTHER_GRANTS[name].startsRollup) continue;
    // Apart from the role's own policy, which the function waits for: this one waits for the function.
    new Policy(stack, `${name}StartsRollup`, {
      roles: [role],
      statements: [
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functions.rollup.functionArn] }),
      ],
    });
  }
};
