// DynamoDB's TTL, which the embedded engine lacks: what has expired is removed, webhook bodies above all.
import { type Item, type Table, writeItems } from '../../lib/table/table.ts';

/** Removes every item whose `expires` (seconds) has passed; gives how many. */
export const removeExpired = async (table: Table, now: number): Promise<number> => {
  let removed = 0;
  let after: Record<string, unknown> | undefined;
  do {
    const page = await table.ask('Scan', {
      TableName: table.name,
      FilterExpression: 'expires < :now',
      ExpressionAttributeValues: { ':now': Math.floor(now / 1000) },
      ProjectionExpression: 'pk, sk',
      ...(after && { ExclusiveStartKey: after }),
    });
    const expired = (page.Items ?? []) as Item[];
    await writeItems(table, [], expired);
    removed += expired.length;
    after = page.LastEvaluatedKey;
  } while (after);
  return removed;
};
