// The table as DynamoDB creates it: two keys, one index of keys only, TTL on `expires`.
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { LISTING_INDEX } from './table.ts';

/** The attribute that DynamoDB's time-to-live removes items by, in seconds since the epoch. */
export const EXPIRES = 'expires';

/** What CreateTable needs; the index holds keys only, so changing an item without moving it costs no index write. */
export const tableDefinition = (TableName: string): CreateTableCommandInput => ({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'listKey', 'listOrder'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: LISTING_INDEX,
      KeySchema: [
        { AttributeName: 'listKey', KeyType: 'HASH' },
        { AttributeName: 'listOrder', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
});
