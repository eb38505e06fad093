// The table on AWS, made of the same definition as the embedded one.
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { EXPIRES, tableDefinition } from '../lib/table/definition.ts';
import type { Config } from './config.ts';

/** Every key of the definition is text. */
const attribute = (schema: CreateTableCommandInput['KeySchema'], type: 'HASH' | 'RANGE') => ({
  name: schema?.find(({ KeyType }) => KeyType === type)?.AttributeName ?? '',
  type: AttributeType.STRING,
});

const keysOf = (schema: CreateTableCommandInput['KeySchema']) => ({
  partitionKey: attribute(schema, 'HASH'),
  sortKey: attribute(schema, 'RANGE'),
});

export interface TableAndKey {
  /** What the functions work with. */
  readonly table: ITable;
  /** What encrypts it, where that is a key of yours. */
  readonly key: IKey | undefined;
}

/** On demand, restorable to any second of 35 days, and not to be deleted by mistake. */
export const createTable = (scope: Construct, config: Config): TableAndKey => {
  const { KeySchema, GlobalSecondaryIndexes = [] } = tableDefinition('');
  const removalPolicy = config.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  const managed = config.encryption === 'customer-managed';
  const key = managed
    ? new Key(scope, 'TableKey', { description: 'Encrypts the table', enableKeyRotation: true, removalPolicy })
    : undefined;
  const { warmReadUnits, warmWriteUnits } = config;
  const warmth = warmReadUnits !== undefined &&
    warmWriteUnits !== undefined && {
      warmThroughput: { readUnitsPerSecond: warmReadUnits, writeUnitsPerSecond: warmWriteUnits },
    };
  const table = new Table(scope, 'Table', {
    ...keysOf(KeySchema),
    billingMode: BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: EXPIRES,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: config.retain,
    removalPolicy,
    encryption: managed ? TableEncryption.CUSTOMER_MANAGED : TableEncryption.DEFAULT,
    ...(key && { encryptionKey: key }),
    ...warmth,
  });
  for (const index of GlobalSecondaryIndexes) {
    table.addGlobalSecondaryIndex({
      indexName: index.IndexName ?? '',
      ...keysOf(index.KeySchema),
      projectionType: ProjectionType.KEYS_ONLY,
      ...warmth,
    });
  }
  // The stack's own stays as it is, so that nothing is lost by a name mistyped.
  const used = config.restoredTable ? Table.fromTableName(scope, 'RestoredTable', config.restoredTable) : table;
  const { restoredTableKeyArn: otherKey } = config;
  const usedKey = otherKey === undefined ? key : Key.fromKeyArn(scope, 'RestoredTableKey', otherKey);
  return { table: used, key: usedKey };
};
