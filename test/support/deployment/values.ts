// What the references of a template stand for once it is deployed onto this machine.
import { ACCOUNT, REGION } from './iam.ts';
import type { Template, Values } from './template.ts';

/** The values of a template as they would be once it is deployed here. */
export const valuesFor = (template: Template, base: () => string, aws: () => string): Values => {
  const arnOf: Readonly<Record<string, (id: string) => string>> = {
    'AWS::DynamoDB::Table': () => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/tributary`,
    'AWS::SQS::Queue': (id) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${id}`,
    'AWS::Lambda::Function': (id) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${id}`,
    'AWS::Logs::LogGroup': (id) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${id}:*`,
    'AWS::SecretsManager::Secret': (id) => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${id}-AbCdEf`,
  };
  const refOf: Readonly<Record<string, (id: string) => string>> = {
    'AWS::DynamoDB::Table': () => 'tributary',
    'AWS::SQS::Queue': (id) => `${aws()}/${ACCOUNT}/${id}`,
    'AWS::SecretsManager::Secret': arnOf['AWS::SecretsManager::Secret'] as (id: string) => string,
  };
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': REGION,
    'AWS::AccountId': ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
  };
  return (reference) => {
    const [id = '', attribute] = reference.split('.');
    const type = template.Resources[id]?.Type ?? '';
    if (attribute === 'ApiEndpoint') return base();
    if (attribute === 'Arn') return arnOf[type]?.(id) ?? `arn:aws:iam::${ACCOUNT}:role/${id}`;
    return pseudo[reference] ?? refOf[type]?.(id) ?? id;
  };
};
