// npm run soak: 20,000 deliveries of 2,000 orders to a server that is killed three times; exits 1 when a cent is wrong.
import { soak } from './soak.ts';

/** What a shop's webhook may have to wait, at the 99th percentile. */
const LONGEST_P99_MS = 500;

const [orders = '2000', deliveries = '20000', kills = '3', seed = '4'] = process.argv.slice(2);
const size = { orders: Number(orders), deliveries: Number(deliveries), kills: Number(kills), seed: Number(seed) };

const result = await soak(size, (text) => console.error(text));
const { differences, ...figures } = result;
console.log(JSON.stringify(figures, null, 2));
for (const difference of differences.slice(0, 50)) console.error(difference);
const late = result.p99Ms > LONGEST_P99_MS;
if (late) console.error(`p99 is ${result.p99Ms.toFixed(0)} ms, more than ${LONGEST_P99_MS}`);
console.error(`${differences.length} differences from the independent sum`);
process.exit(differences.length > 0 || late ? 1 : 0);
